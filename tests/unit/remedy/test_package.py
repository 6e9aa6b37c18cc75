"""Which package is to be installed, and what it puts into the image."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.images.packages import packages as known
from libccheck.model import Config, File, Image, Layer, Provenance, Remedy, Started
from tests.forge import MUSL, elf
from tests.values import file, image, program

BASH = "#!/bin/bash\n"
DEBIAN: dict[str, bytes | str] = {
    "/bin": "usr/bin",
    "/usr/bin/apt-get": b"",
    "/etc/os-release": b"ID=debian\nVERSION_CODENAME=bookworm\n",
}


def packages(rows: Mapping[str, str], owners: Mapping[str, str], data: bytes = elf(kind=2)) -> Image:
    """rows: name to "version requires..."; owners: path to name, with a static program at each."""
    nodes = {path: file(data, 0o755)._replace(layer=list(rows).index(name)) for path, name in owners.items()}
    layers = tuple(Layer("", 1_000_000, f"{name} {row}") for name, row in rows.items())
    source = Provenance("read somewhere", "", "", "2026-01-01", "")
    return image({"/bin": "usr/bin", **nodes})._replace(layers=layers, provenance=source)


def remedies(tmp_path: Path, target: Image, there: Image | None, text: str = BASH) -> list[Remedy]:
    path = tmp_path / "run.sh"
    path.write_text(text)
    path.chmod(0o755)
    asked: list[tuple[str, str]] = []

    def of(release: str, platform: str) -> Image | None:
        asked.append((release, platform))
        return there

    (made,) = check([read_program(str(path))], [target], bases=lambda _: (), packages=of).checks
    assert all(each == ("debian:bookworm", target.platform) for each in asked)
    return [each for each in made.remedies if each.title.startswith("install ")]


SHELL = packages({"bash": "5.2-1 libtinfo6", "libtinfo6": "6.4-4", "dash": "0.5"}, {"/usr/bin/bash": "bash"})


def test_the_package_of_the_interpreter_is_installed(tmp_path: Path) -> None:
    (made,) = remedies(tmp_path, image(DEBIAN), SHELL)
    assert made.title == "install bash (1.0 MB)"
    assert made.commands == (
        "RUN apt-get update && apt-get install -y --no-install-recommends bash && rm -rf /var/lib/apt/lists/*",
    )
    assert made.basis == (
        "predicted for this image with the files of bash 5.2-1 in it, read somewhere, as of 2026-01-01"
    )
    assert isinstance(made.launch.outcome, Started)


def test_what_comes_with_a_package_is_counted(tmp_path: Path) -> None:
    there = packages(
        {"bash": "5.2-1 libtinfo6", "libtinfo6": "6.4-4"},
        {"/usr/bin/bash": "bash", "/usr/lib/libtinfo.so.6": "libtinfo6"},
    )
    (made,) = remedies(tmp_path, image(DEBIAN), there)
    assert made.title == "install bash (2.0 MB)"
    assert "bash 5.2-1 and 1 that comes with it in it" in made.basis


def test_a_command_is_installed_by_its_own_package_where_the_file_is_in_another(tmp_path: Path) -> None:
    there = packages({"bash": "5.2-1 bash-minimal", "bash-minimal": "5.2-1"}, {"/usr/bin/bash": "bash-minimal"})
    assert [each.title for each in remedies(tmp_path, image(DEBIAN), there)] == ["install bash (1.0 MB)"]


@pytest.mark.parametrize(
    ("target", "there"),
    [
        (image(DEBIAN), None),
        (image(DEBIAN), packages({"dash": "0.5"}, {"/usr/bin/dash": "dash"})),
        (image({}), SHELL),
        (image(DEBIAN, config=Config(user="1000")), SHELL),
    ],
    ids=["no-packages", "not-in-any", "no-package-manager", "not-as-root"],
)
def test_nothing_is_offered(tmp_path: Path, target: Image, there: Image | None) -> None:
    assert remedies(tmp_path, target, there) == []


def test_a_package_that_does_not_make_it_start_is_not_offered(tmp_path: Path) -> None:
    there = packages({"bash": "5.2-1"}, {"/usr/bin/bash": "bash"}, b"text")
    assert remedies(tmp_path, image(DEBIAN), there) == []


def test_what_is_built_in_names_its_packages() -> None:
    for release in ("debian:bullseye", "debian:bookworm", "debian:trixie"):
        there = known(release, "linux/amd64")
        assert there is not None
        rows = [layer.created_by.split(" ") for layer in there.layers]
        names = {row[0] for row in rows}
        assert {"python3", "libpq5", "ca-certificates", "tzdata"} <= names
        assert all(names.issuperset(row[2:]) for row in rows)
        owners = {node.layer for path in there.tree if isinstance(node := there.tree.nodes[path], File)}
        assert owners <= set(range(len(rows)))
    assert known("debian:buster", "linux/amd64") is None
    assert known("debian:bookworm", "linux/s390x") is None


def test_what_comes_with_another_package_is_not_named_beside_it() -> None:
    there = known("alpine:3.20", "linux/amd64")
    assert there is not None
    needs = elf(interpreter=MUSL, needed=["libgcc_s.so.1", "libstdc++.so.6", "libc.musl-x86_64.so.1"])
    (made,) = check(
        [program(needs)],
        [open_image("catalog:alpine:3.20", platform="linux/amd64")],
        bases=lambda _: (),
        packages=known,
    ).checks
    found = [each for each in made.remedies if each.title.startswith("install ")]
    assert [each.commands for each in found] == [("RUN apk add --no-cache libstdc++",)]
    assert "libstdc++ 13.2.1_git20240309-r0 and 1 that comes with it" in found[0].basis
    assert "read from an installed Alpine 3.20.5" in found[0].basis
