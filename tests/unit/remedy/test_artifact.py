"""Which published artefact is offered in the place of one for the other C library."""

from __future__ import annotations

import pytest

from libccheck import check
from libccheck.model import File, Image, Loader, Remedy, Started
from libccheck.placement import LoadedBy
from libccheck.remedy.hypothesis import taking
from libccheck.toolchain.published import Published
from tests.forge import GLIBC, MUSL, elf
from tests.values import file, image, program

NEEDS = ("libc.so.6", "libm.so.6")
FOR_GLIBC = elf(interpreter=GLIBC, needed=NEEDS)
BIOME = Published("npm", "@biomejs/cli-linux-x64", "1.9.4", "npm")


def loader(family: str, version: str) -> File:
    made = file(elf(kind=3), 0o755)
    content = made.load()._replace(loader=Loader(family, version, ("/lib", "/usr/lib"), ()))
    return made._replace(load=lambda: content)


def musl(version: str = "1.2.5", *libraries: str) -> Image:
    return image({MUSL: loader("musl", version), **{f"/lib/{each}": elf(kind=3, soname=each) for each in libraries}})


def glibc(version: str = "2.36", *libraries: str) -> Image:
    return image({GLIBC: loader("glibc", version), **{f"/lib/{each}": elf(kind=3, soname=each) for each in libraries}})


def offers(
    target: Image, path: str, published: Published | None = None, data: bytes = FOR_GLIBC, by: str = ""
) -> list[Remedy]:
    """Those of this kind."""
    (made,) = check(
        [program(data, path=path)],
        [target],
        bases=lambda _: (),
        published=(lambda _: published) if published else None,
        loaded_by=LoadedBy(by, None) if by else None,
    ).checks
    return [each for each in made.remedies if each.commands[0].startswith(("npm", "pnpm", "pip"))]


def test_the_one_for_musl_is_named_with_the_version_that_is_there() -> None:
    (made,) = offers(musl(), "node_modules/@biomejs/cli-linux-x64/biome", BIOME)
    assert made.title == "install @biomejs/cli-linux-x64-musl 1.9.4"
    assert made.commands == ("npm install --cpu=x64 --os=linux --libc=musl",)
    assert made.basis.startswith(
        "predicted for a program that takes of the image nothing, as @biomejs/cli-linux-x64-musl does (1.5.0, "
    )
    assert "); the package itself is not looked at; run it beside package.json" in made.basis
    assert made.basis.endswith("; it is then in node_modules/@biomejs/cli-linux-x64-musl")
    assert isinstance(made.launch.outcome, Started)


def test_its_path_alone_tells_the_name() -> None:
    (made,) = offers(musl(), "node_modules/@biomejs/cli-linux-x64/biome")
    assert made.title == "install @biomejs/cli-linux-x64-musl"


def test_a_static_one_starts_without_any_c_library() -> None:
    assert [each.title for each in offers(image({}), "biome", BIOME)] == ["install @biomejs/cli-linux-x64-musl 1.9.4"]


def test_whoever_installed_it_installs_the_other() -> None:
    (made,) = offers(musl(), "biome", BIOME._replace(installer="pnpm"))
    assert made.commands == ("pnpm install --cpu=x64 --os=linux --libc=musl",)
    assert made.basis.endswith("with pnpm 10.14 or newer; it is then in node_modules/.pnpm")
    assert offers(musl(), "biome", BIOME._replace(installer="yarn")) == []


@pytest.mark.parametrize(
    ("target", "published", "data"),
    [
        (glibc(), BIOME, FOR_GLIBC),  # it has what is missing from elsewhere
        (musl(), BIOME._replace(version="1.0.0"), FOR_GLIBC),
        (musl(), Published("PyPI", "torch", "2.9.0", "pip"), FOR_GLIBC),
        (musl(), BIOME, elf(interpreter="/lib/ld-uClibc.so.0", needed=("libc.so.0",))),
        (musl(), BIOME, b"#!/nowhere\n"),
    ],
    ids=["glibc-already", "before-there-was-one", "not-known", "uclibc", "script"],
)
def test_nothing_is_offered(target: Image, published: Published, data: bytes) -> None:
    assert offers(target, "app", published, data) == []


SASS = Published("npm", "sass-embedded-linux-musl-x64", "1.89.2", "npm")
FOR_MUSL = elf(interpreter=MUSL, needed=("libc.musl-x86_64.so.1",))


def test_the_one_for_glibc_is_offered_where_the_image_has_what_it_takes() -> None:
    libraries = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0")
    (made,) = offers(glibc("2.31", *libraries), "dart", SASS, FOR_MUSL)
    assert made.title == "install sass-embedded-linux-x64 1.89.2"
    assert made.commands == ("npm install --cpu=x64 --os=linux --libc=glibc",)
    assert offers(glibc("2.2", *libraries), "dart", SASS, FOR_MUSL) == []
    assert offers(glibc("2.36"), "dart", SASS, FOR_MUSL) == []


WHEEL = "ruff-0.6.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl!ruff-0.6.9.data/scripts/ruff"
MUSLLINUX = "--platform=musllinux_1_2_x86_64 --platform=musllinux_1_1_x86_64"
PIP = f"pip install --upgrade --no-deps --only-binary=:all: {MUSLLINUX}"


@pytest.mark.parametrize(
    ("path", "version", "rest"),
    [
        (WHEEL, "0.6.9", "--target=musllinux ruff==0.6.9"),
        ("it's/lib/python3.12/site-packages/ruff/ruff", "", "--target='it'\"'\"'s/lib/python3.12/site-packages' ruff"),
        ("/venv/bin/ruff", "0.6.9", "--target=musllinux ruff==0.6.9"),
        (
            "site-packages/x.cpython-312-x86_64-linux-gnu.so",
            "0.6.9",
            "--python-version=3.12 --target=site-packages ruff==0.6.9",
        ),
    ],
    ids=["wheel", "site-packages", "environment", "module"],
)
def test_pip_installs_the_wheel_where_the_other_is(path: str, version: str, rest: str) -> None:
    published = None if path == WHEEL else Published("PyPI", "ruff", version, "pip")
    (made,) = offers(musl(), path, published)
    assert made.title == f"install ruff {version}".rstrip() + " from its musllinux wheel"
    assert made.commands == (f"{PIP} {rest}",)


ROLLUP = Published("npm", "@rollup/rollup-linux-x64-gnu", "4.68.8", "npm")
MODULE = elf(kind=3, needed=("libc.so.6", "ld-linux-x86-64.so.2"))


def with_node(target: Image) -> Image:
    return target._replace(tree=target.tree.overlay({"/bin/node": file(FOR_MUSL, 0o755)}))


def test_a_module_has_a_way_out_where_a_program_loads_it() -> None:
    target = with_node(musl("1.2.5", "libgcc_s.so.1"))
    (made,) = offers(target, "rollup.node", ROLLUP, MODULE, by="/bin/node")
    assert made.title == "install @rollup/rollup-linux-x64-musl 4.68.8"
    assert "for a library that takes of the image musl 1.1." in made.basis
    assert made.launch.path == "/bin/node"


def test_a_module_whose_twin_takes_more_than_the_image_has_is_not_offered() -> None:
    sharp = Published("npm", "@img/sharp-linux-x64", "0.35.5", "npm")
    libraries = ("libgcc_s.so.1", "libstdc++.so.6")
    for target, count in ((musl("1.2.5"), 0), (musl("1.2.5", *libraries), 1), (musl("1.2.4", *libraries), 0)):
        assert len(offers(with_node(target), "sharp.node", sharp, MODULE, by="/bin/node")) == count


def test_what_it_is_taken_for_asks_for_versions_too() -> None:
    made = taking(program(FOR_GLIBC).content, [("liba.so", ("A_1", "A_2")), ("libb.so", ())], None)
    assert made.elf is not None
    assert made.elf.needed == ("liba.so", "libb.so")
    assert [(each.file, [v.name for v in each.versions]) for each in made.elf.versions_needed] == [
        ("liba.so", ["A_1", "A_2"])
    ]
    assert made.elf.interpreter == program(FOR_GLIBC).content.elf.interpreter  # type: ignore[union-attr]
