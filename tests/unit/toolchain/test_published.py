"""Of which package a path tells."""

from __future__ import annotations

import pytest

from libccheck.toolchain.published import Published, published_in


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("node_modules/@biomejs/cli-linux-x64/biome", "@biomejs/cli-linux-x64"),
        ("/app/node_modules/lightningcss-linux-x64-gnu/lightningcss.node", "lightningcss-linux-x64-gnu"),
        ("node_modules/next/node_modules/@next/swc-linux-x64-gnu/x.node", "@next/swc-linux-x64-gnu"),
        ("my node_modules/../node_modules/a/b", "a"),
    ],
)
def test_the_innermost_package_of_node_modules_counts(path: str, name: str) -> None:
    assert published_in(path) == Published("npm", name, "", "npm")


def test_pnpm_keeps_all_packages_in_one_place() -> None:
    path = "node_modules/.pnpm/@img+sharp@1.0.0/node_modules/@img/sharp/lib/x.node"
    assert published_in(path) == Published("npm", "@img/sharp", "", "pnpm")


@pytest.mark.parametrize(
    ("path", "name", "version"),
    [
        ("dist/ruff-0.6.9-py3-none-manylinux_2_17_x86_64.whl!ruff/ruff", "ruff", "0.6.9"),
        ("Pydantic_Core-2.1.0-1-cp312-cp312-linux_x86_64.whl", "pydantic-core", "2.1.0"),
        ("/tmp/zope.interface-7.0b1+x.1-cp312-cp312-musllinux_1_1_x86_64.whl!a.so", "zope-interface", "7.0b1+x.1"),
    ],
)
def test_a_wheel_names_its_project_and_version(path: str, name: str, version: str) -> None:
    assert published_in(path) == Published("PyPI", name, version, "pip")


@pytest.mark.parametrize(
    "path",
    [
        *("/usr/bin/ruff", "biome", "node_modules/biome", "node_modules/.bin/biome", "my-node_modules/a/b", ""),
        *("ruff-0.6.9.whl!ruff", "ruff-0.6.9-py3-none-any.whl.txt!ruff", "node_modules/@scope/file"),
    ],
)
def test_nothing_is_made_of_any_other_path(path: str) -> None:
    assert published_in(path) is None
