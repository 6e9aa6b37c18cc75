"""Imports go down the layers only, and the pure modules do no I/O."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "libccheck"

LAYERS = (
    {"dotted", "record", "stars"},
    {"errors", "model", "schema"},
    {"elf", "machines", "musl_symbols", "notes", "releases", "toolbox", "tree", "twins"},
    {"identify", "interpreters", "rules"},
    {"content", "essays", "imagined", "libc", "toolchain"},
    {"causes"},
    {"launch", "wording"},
    {"advice", "fingerprints", "kinds", "needs", "offers", "origins", "placement", "process", "remedy", "verdict"},
    {"changes", "checking", "facts"},
    {"dockerfile", "recommending"},
    {"writing"},
    {"config", "copies", "explain", "formats", "images", "policy", "programs"},
    {"artifacts", "contexts", "project", "verify"},
    {"cli"},
    {"__main__"},
)
"""From the ground up; a member may be a module or a package. Members of one layer do not import each other."""

PURE = {
    "advice",
    "causes",
    "changes",
    "checking",
    "config",
    "dockerfile",
    "dotted",
    "elf",
    "errors",
    "explain",
    "facts",
    "fingerprints",
    "identify",
    "imagined",
    "interpreters",
    "kinds",
    "launch",
    "libc",
    "machines",
    "model",
    "musl_symbols",
    "needs",
    "offers",
    "origins",
    "placement",
    "policy",
    "process",
    "recommending",
    "record",
    "releases",
    "remedy",
    "rules",
    "stars",
    "toolbox",
    "toolchain",
    "tree",
    "twins",
    "verdict",
    "wording",
    "writing",
}
IMPURE_MODULES = {"os", "sys", "logging", "socket", "subprocess", "pathlib", "io", "shutil", "tempfile"}

FILES = sorted(PACKAGE.rglob("*.py"))
LEVEL = {member: number for number, layer in enumerate(LAYERS) for member in layer}


def member_of(file: Path) -> str:
    """The name in `LAYERS` of a file of the package; "" for the package's own `__init__`."""
    first = file.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(file: Path) -> set[str]:
    """All modules that a file imports, wherever in it, as dotted names; `from a import b` gives `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def members_imported(file: Path) -> set[str]:
    parts = [name.split(".") for name in imports_of(file)]
    return {each[1] for each in parts if each[0] == "libccheck" and len(each) > 1 and each[1] in LEVEL}


def test_every_module_has_its_layer() -> None:
    assert {member_of(file) for file in FILES} - {""} - set(LEVEL) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_down(file: Path) -> None:
    own = member_of(file)
    wrong = {name for name in members_imported(file) if own and name != own and LEVEL[name] >= LEVEL[own]}
    assert not wrong, f"{own} is not above {', '.join(sorted(wrong))}"


@pytest.mark.parametrize(
    "file", [file for file in FILES if member_of(file) in PURE], ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_pure_modules_import_nothing_that_does_io(file: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(file)} & IMPURE_MODULES
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    assert not {call.id for call in calls if isinstance(call, ast.Name)} & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_notes_imports_elftools_and_only_formats_and_commands_import_rich(file: Path) -> None:
    tops = {name.split(".")[0] for name in imports_of(file)}
    assert "elftools" not in tops or member_of(file) == "notes"
    assert "rich" not in tops or member_of(file) in ("formats", "cli")
    assert "click" not in tops or member_of(file) == "cli"
    assert "docker" not in tops or member_of(file) == "images"
