"""What compilers and linkers leave in `.comment`, as real programs have it."""

from __future__ import annotations

import pytest

from libccheck.toolchain.comment import Tool, tools


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ("GCC: (Debian 12.2.0-14) 12.2.0", Tool("gcc", "12.2.0", "Debian 12.2.0-14")),
        ("GCC: (GNU) 4.8.5 20150623 (Red Hat 4.8.5-44)", Tool("gcc", "4.8.5", "Red Hat 4.8.5-44")),
        ("GCC: (GNU) 9.4.0", Tool("gcc", "9.4.0", "")),
        ("GCC: (crosstool-NG 1.24.0.388_94b98a4) 4.8.5", Tool("gcc", "4.8.5", "crosstool-NG 1.24.0.388_94b98a4")),
        ("rustc version 1.80.1 (3f5fd8dd4 2024-08-06)", Tool("rustc", "1.80.1", "3f5fd8dd4 2024-08-06")),
        (
            "rustc version 1.97.0-nightly (e8e4541ff 2026-04-15)",
            Tool("rustc", "1.97.0-nightly", "e8e4541ff 2026-04-15"),
        ),
        ("clang version 22.1.8", Tool("clang", "22.1.8", "")),
        ("Ubuntu clang version 18.1.8 (++20240731024944+3b5b5c1ec4a3-1)", Tool("clang", "18.1.8", "Ubuntu")),
        ("clang version 17.0.6 (https://github.com/llvm/llvm-project 6009708b)", Tool("clang", "17.0.6", "")),
        ("clang version 20.1.2 (https://github.com/ziglang/zig-bootstrap c6bc)", Tool("clang", "20.1.2", "zig")),
        ("Linker: LLD 19.1.7 (https://github.com/ziglang/zig-bootstrap de1b)", Tool("lld", "19.1.7", "zig")),
        ("Linker: Ubuntu LLD 22.1.8", Tool("lld", "22.1.8", "Ubuntu")),
        ("Linker: LLD 23.1.1 (/checkout/src/llvm-project/llvm 1b9c)", Tool("lld", "23.1.1", "")),
        ("mold 2.30.0 (9dd1a3e; compatible with GNU ld)", Tool("mold", "2.30.0", "9dd1a3e; compatible with GNU ld")),
        ("GHC 9.10.2", Tool("ghc", "9.10.2", "")),
        ("ldc version 1.32.0", Tool("ldc", "1.32.0", "")),
    ],
)
def test_a_line_names_a_tool(line: str, tool: Tool) -> None:
    assert tools([line]) == (tool,)


@pytest.mark.parametrize("line", ["", ",", "pine 13.2.1_git20231014) 13.2.1 20231014", "\udcff\udcfe", "version"])
def test_a_line_that_names_none_is_left_out(line: str) -> None:
    assert tools([line]) == ()


def test_each_tool_stands_once_in_order() -> None:
    lines = ["GCC: (GNU) 9.4.0", "GHC 9.8.2", "GCC: (GNU) 9.4.0", "GCC: (GNU) 12.4.0"]
    assert [f"{tool.name} {tool.version}" for tool in tools(lines)] == ["gcc 9.4.0", "ghc 9.8.2", "gcc 12.4.0"]
