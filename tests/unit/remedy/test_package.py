"""Which package is to be installed, and what it puts into the image."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.images.packages import packages as known
from libccheck.model import Config, File, Image, Layer, Provenance, Remedy, Started
from tests.forge import AARCH64, MUSL, Wanted, elf
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


SHELL = packages({"bash": "5.2-1", "dash": "0.5"}, {"/usr/bin/bash": "bash"})


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
    assert [each.title for each in remedies(tmp_path, image(DEBIAN), there)] == ["install bash (2.0 MB)"]


def test_a_package_that_no_file_is_known_of_takes_its_room(tmp_path: Path) -> None:
    there = packages({"bash": "5.2-1 bash-common", "bash-common": "5.2-1"}, {"/usr/bin/bash": "bash"})
    (made,) = remedies(tmp_path, image(DEBIAN), there)
    assert made.title == "install bash (2.0 MB)"
    assert "bash 5.2-1 and 1 that comes with it in it" in made.basis


def test_many_packages_are_installed_in_one_line() -> None:
    """As those that a headless browser needs."""
    there = known("debian:bookworm", "linux/amd64")
    needs = elf(
        interpreter="/lib64/ld-linux-x86-64.so.2",
        needed=[
            "libnss3.so",
            "libnspr4.so",
            "libatk-bridge-2.0.so.0",
            "libatk-1.0.so.0",
            "libcups.so.2",
            "libgbm.so.1",
            "libcairo.so.2",
            "libpango-1.0.so.0",
            "libasound.so.2",
            "libXcomposite.so.1",
            "libXrandr.so.2",
            "libxkbcommon.so.0",
            "libc.so.6",
        ],
    )
    target = open_image("catalog:debian:bookworm-slim", platform="linux/amd64")
    (made,) = check([program(needs)], [target], bases=lambda _: (), packages=lambda *_: there).checks
    (found,) = (each for each in made.remedies if each.title.startswith("install "))
    assert "install libasound2 and libatk-bridge2.0-0 and libcairo2 and libcups2 and libgbm1" in found.title
    assert " libnss3 libpango-1.0-0 libxcomposite1 libxkbcommon0 libxrandr2 && rm " in found.commands[0]


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


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
@pytest.mark.parametrize("suite", ["bullseye", "bookworm", "trixie", "forky"])
def test_what_is_built_in_names_its_packages(suite: str, platform: str) -> None:
    there = known(f"debian:{suite}", platform)
    assert there is not None
    assert there.platform == platform
    rows = [layer.created_by.split(" ") for layer in there.layers]
    names = {row[0] for row in rows}
    assert {"python3", "nodejs", "ruby", "libpq5", "libgl1", "libnss3", "ca-certificates", "tzdata"} <= names
    assert all(names.issuperset(row[2:]) for row in rows)
    files = [node for path in there.tree if isinstance(node := there.tree.nodes[path], File)]
    assert {node.layer for node in files} <= set(range(len(rows)))
    machines = {elf.machine for node in files if (elf := node.load().elf)}
    assert machines == {{"linux/amd64": 62, "linux/arm64": 183}[platform]}


@pytest.mark.parametrize(
    ("suite", "soname", "package"),
    [
        ("bookworm", "libglib-2.0.so.0", "libglib2.0-0"),
        ("trixie", "libglib-2.0.so.0", "libglib2.0-0t64"),
        ("trixie", "libasound.so.2", "libasound2t64"),
        ("forky", "libatk-1.0.so.0", "libatk1.0-0t64"),
        ("bullseye", "libwebp.so.6", "libwebp6"),
    ],
)
def test_a_library_is_in_the_package_that_the_suite_has_it_in(suite: str, soname: str, package: str) -> None:
    for platform in ("linux/amd64", "linux/arm64"):
        there = known(f"debian:{suite}", platform)
        assert there is not None
        (path,) = (each for each in there.tree if each.endswith(f"/{soname}"))
        node = there.tree.resolve(path).node
        assert isinstance(node, File)
        assert node.layer is not None
        assert there.layers[node.layer].created_by.split(" ")[0] == package


def test_of_what_is_not_known_nothing_is_said() -> None:
    assert known("debian:buster", "linux/amd64") is None
    assert known("debian:bookworm", "linux/s390x") is None
    assert known("ubuntu:noble", "linux/amd64") is None


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


STUB = "/lib64/ld-linux-x86-64.so.2"
ALPINE = "catalog:alpine:3.20"


def of_glibc(names: Sequence[str], *needed: str, segments: Mapping[int, tuple[int, bytes]] | None = None) -> bytes:
    return elf(
        interpreter=STUB,
        needed=["libc.so.6", *needed],
        wants=[Wanted(each, "GLIBC_2.2.5") for each in names],
        versions={"libc.so.6": ["GLIBC_2.4"]},
        segments=segments,
    )


def on_alpine(data: bytes, target: Image | None = None) -> list[Remedy]:
    given = open_image(ALPINE, platform="linux/amd64") if target is None else target
    (made,) = check([program(data)], [given], bases=lambda _: (), packages=known).checks
    return [each for each in made.remedies if each.title.startswith("install ")]


def test_gcompat_is_offered_where_its_symbols_suffice() -> None:
    (made,) = on_alpine(of_glibc(["__printf_chk", "puts", "obstack_printf"]))
    assert made.commands == ("RUN apk add --no-cache gcompat",)
    assert made.title == "install gcompat (0.1 MB)"
    assert "gcompat 1.1.0-r4 and 2 that come with it in it, gcompat by apk's list of its files" in made.basis
    assert "Alpine 3.20.5" not in made.basis
    assert isinstance(made.launch.outcome, Started)
    assert [each.code for each in made.launch.findings] == ["LC302"]


@pytest.mark.parametrize("name", ["fcntl64", "__isoc23_strtol", "qsort_of_nobody"])
def test_gcompat_is_not_offered_where_a_symbol_is_missing(name: str) -> None:
    assert on_alpine(of_glibc(["puts", name])) == []


def test_gcompat_is_not_offered_where_a_library_is_missing() -> None:
    assert on_alpine(of_glibc(["puts"], "libnsl.so.1")) == []


def test_gcc_comes_with_gcompat_where_it_is_needed() -> None:
    (made,) = on_alpine(of_glibc(["_Unwind_Resume"], "libgcc_s.so.1", "libresolv.so.2", "libm.so.6"))
    assert made.commands == ("RUN apk add --no-cache gcompat libgcc",)
    assert "read from an installed Alpine 3.20.5, each file as apk recorded it, gcompat by apk's list" in made.basis


def test_what_is_lost_with_gcompat_is_said() -> None:
    (plain,) = on_alpine(of_glibc(["puts"]))
    (more,) = on_alpine(of_glibc(["setlocale", "pthread_create", "getaddrinfo"]))
    assert len(plain.lost) == 1
    assert "difficult or impossible" in plain.lost[0]
    assert list(more.lost[1:]) == [
        "names and users by nsswitch",
        "locales other than C.UTF-8",
        "thread stacks of 8 MiB (musl's have 128 KiB)",
    ]


@pytest.mark.parametrize("path", ["/lib/libc.so.6", "/usr/lib/libobstack.so.1.0.0"])
def test_what_is_there_already_is_left_to_apk(path: str) -> None:
    """Which of the package's own files apk would put over it is not known."""
    alpine = open_image(ALPINE, platform="linux/amd64")
    target = alpine._replace(tree=alpine.tree.overlay({path: file(elf(soname="libc.so.6"))}))
    offers = on_alpine(of_glibc(["puts"]), target)
    assert bool(offers) is (path == "/usr/lib/libobstack.so.1.0.0")


def test_gcompat_is_for_programs_of_glibc() -> None:
    assert on_alpine(elf(interpreter=MUSL, needed=["libresolv.so.2", "libc.musl-x86_64.so.1"])) == []


@pytest.mark.parametrize(("name", "package"), [("libcrypt.so.1", "gcompat"), ("libstdc++.so.6", "libstdc++")])
def test_gcompat_is_not_installed_for_a_library_that_is_loaded_later(name: str, package: str) -> None:
    text = f'[{{"soname":["{name}"]}}]\0'.encode()
    note = struct.pack("<III", 4, len(text), 0x407C0C0A) + b"FDO\0" + text
    made = on_alpine(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], segments={4: (4, note)}))
    assert any(each.title.startswith(f"install {package} (") for each in made) is (package != "gcompat")


@pytest.mark.parametrize(("distance", "offered"), [(0x100, True), (0x2000, True), (0x3000, False), (0x40000, False)])
def test_gcompat_is_not_offered_for_thread_local_data_that_its_stub_loses(distance: int, offered: bool) -> None:
    between = {7: (6, bytes(8)), 0x60000000: (4, bytes(distance))}
    assert bool(on_alpine(of_glibc([], segments=between))) is offered


@pytest.mark.parametrize("has_thread_local_data", [False, True])
def test_gcompat_of_arm64_is_offered_where_its_stub_has_nothing_to_lose(has_thread_local_data: bool) -> None:
    """Its segments lie far apart, and what is between them is not known."""
    data = elf(
        interpreter="/lib/ld-linux-aarch64.so.1",
        needed=["libc.so.6"],
        versions={"libc.so.6": ["GLIBC_2.17"]},
        segments={7: (6, bytes(8))} if has_thread_local_data else None,
        machine=AARCH64,
    )
    offers = [each.commands for each in on_alpine(data, open_image(ALPINE, platform="linux/arm64"))]
    assert offers == ([] if has_thread_local_data else [("RUN apk add --no-cache gcompat",)])


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_gcompat_of_every_release_is_the_same(platform: str) -> None:
    for release in ("3.19", "3.20", "3.21", "3.22", "3.23", "3.24"):
        there = known(f"alpine:{release}", platform)
        assert there is not None
        rows = [layer.created_by for layer in there.layers]
        assert "gcompat 1.1.0-r4 libucontext musl-obstack" in rows
        found = there.tree.resolve("/lib/libresolv.so.2").node
        assert isinstance(found, File)
        library = found.load().elf
        symbols = library.tables.symbols if library else None
        assert symbols is not None
        assert {"__memcpy_chk", "gnu_get_libc_version", "__res_search"} <= set(symbols.names)
        assert ("sysctl" in symbols.names) is (platform == "linux/amd64")
    older = known("alpine:3.18", "linux/amd64")
    assert older is not None
    assert older.tree.resolve("/lib/libgcompat.so.0").node is None
