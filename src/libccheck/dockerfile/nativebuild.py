"""What C compilers and Cargo make: how the program is linked, which libraries it needs, where it lies."""

from __future__ import annotations

import re
from typing import Any

from libccheck.dockerfile.building import Output, Site, option
from libccheck.dockerfile.made import DYNAMIC, STATIC, Build
from libccheck.dockerfile.shell import UNKNOWN, Command, joined
from libccheck.machines import platform_machine

_COMPILER = re.compile(
    r"(?:(?P<target>[a-z0-9_]+(?:-[a-z0-9_]+){1,3})-)?(?P<name>gcc|g\+\+|cc|c\+\+|clang|clang\+\+|musl-gcc)(?:-\d+)?\Z"
)
_OF_GLIBC = {"m": "libm.so.6", "c": "", "pthread": "", "dl": "", "rt": "", "util": "", "resolv": "libresolv.so.2"}
_MADE_BY_NAME = {
    # program: the words that make it build a static one
    "ghc": ("-optl-static", "-static"),
    "crystal": ("--static",),
    "swiftc": ("-static-executable",),
    "ldc2": ("-static",),
    "rustc": (),
}
_GLIBCXX = {9: 28, 10: 28, 11: 29, 12: 30, 13: 32, 14: 33, 15: 34, 16: 35}
"""The newest version of libstdc++ by the release of GCC."""
_WITH_STREAMS = 13  # std::ios_base_library_init, which <iostream> calls, is of GLIBCXX_3.4.32
_CPP = (".cc", ".cpp", ".cxx", ".C")
_INCLUDED = re.compile(rb"^\s*#\s*include\s*[<\"]([\w/.+-]{1,100})[>\"]", re.MULTILINE)
_TARGET = re.compile(r'^\s*target\s*=\s*"([\w.-]{1,100})"', re.MULTILINE)
_NEEDS_OPENSSL = re.compile(r"^\s*(openssl|openssl-sys|native-tls)\s*=(?!.*vendored)", re.MULTILINE)


def is_compiler(name: str) -> bool:
    return _COMPILER.match(name) is not None or name in _MADE_BY_NAME or name == "zig"


def compiled(command: Command, site: Site) -> list[Output]:
    """What one call of a compiler makes; nothing where it only makes an object or a library."""
    words = command.words
    if command.name in _MADE_BY_NAME:
        return _by_name(command, site)
    if {"-c", "-S", "-E", "-shared", "--version", "-v", "-M", "-r"} & set(words):
        return []
    zig = command.name == "zig"
    if zig and words[1:2] not in (("cc",), ("c++",), ("build-exe",)):
        return []
    output = option(words, "-o") or ("a.out" if not zig or words[1] != "build-exe" else None)
    if output is None or not any(
        each.endswith((".c", ".cc", ".cpp", ".cxx", ".o", ".zig", ".s", ".S", ".a")) or "*" in each or UNKNOWN in each
        for each in words[1:]
    ):
        return []
    match = _COMPILER.match(command.name)
    target = (
        option(words, "-target", "--target") if zig or "clang" in command.name else (match["target"] if match else None)
    )
    machine = _machine(target, site)
    base = site.base
    family, version = base.family or "", base.version
    if (target and "musl" in target) or command.name == "musl-gcc":
        family, version = "musl", base.version if base.family == "musl" else "1.2"
    elif target and "gnu" in target and base.family != "glibc":
        family, version = "glibc", "2.17"
    wide = command.name.endswith("++") or (zig and words[1] == "c++")
    made = Build(
        "c++" if wide else "c",
        DYNAMIC,
        family,
        version,
        machine,
        line=site.line,
        stage=site.stage,
        fixed_machine=bool(target),
    )
    if zig and target and "musl" in target and "-dynamic" not in words:
        return [
            Output(joined(command.cwd, output), made._replace(link=STATIC, why=f"zig cc -target {target} is static"))
        ]
    if "-static" in words or "--static" in words or "-static-pie" in words:
        return [Output(joined(command.cwd, output), made._replace(link=STATIC, why="-static"))]
    needed, open_ = _libraries(words, family)
    if wide and not {"-static-libstdc++", "-nostdlib++"} & set(words):
        needed += ["libstdc++.so.6"]
    if wide and "-static-libgcc" not in words:
        needed += ["libgcc_s.so.1"]
    why = f"{command.name} links it dynamically unless it is told -static"
    if "libstdc++.so.6" in needed:
        made = made._replace(**_of_runtime(command, site))
    return [Output(joined(command.cwd, output), made._replace(needed=tuple(needed), open=tuple(open_), why=why))]


def _of_runtime(command: Command, site: Site) -> dict[str, Any]:
    """The images of GCC have a libstdc++ of their own; what takes streams wants its newest version from GCC 13 on."""
    release = site.base.number[0] if site.base.repository == "gcc" and site.base.number else 0
    if release not in _GLIBCXX:
        return {}
    texts = [site.files.text(joined(command.cwd, each)) for each in command.words[1:] if each.endswith(_CPP)]
    headers = {each for text in texts for each in _INCLUDED.findall(text or b"")}
    if texts and None not in texts and all(each.endswith(b".h") for each in headers):
        return {}
    streams = release >= _WITH_STREAMS and bool(headers & {b"iostream", b"ostream", b"istream"})
    return {"runtime": f"GLIBCXX_3.4.{_GLIBCXX[release]}", "wanted": ("GLIBCXX_3.4.32",) if streams else ()}


def cargo(command: Command, site: Site) -> list[Output]:
    """`cargo build` and `cargo install`; any program in the directory of the profile."""
    words, env = command.words, command.env
    if any(each in words for each in ("--help", "--version")) or len(words) < 2:
        return []
    verb = next((each for each in words[1:] if not each.startswith(("+", "-"))), "")
    if verb not in ("build", "b", "install", "zigbuild", "rustc") or (words[0] == "cargo-chef" or "chef" in words):
        return []
    target = option(words, "--target") or env.get("CARGO_BUILD_TARGET") or _configured(command, site)
    if target and UNKNOWN in target:
        target = ""
    build = _rust(command, site, target)
    if verb == "install":
        place = option(words, "--root") or env.get("CARGO_INSTALL_ROOT") or env.get("CARGO_HOME") or "/root/.cargo"
        return [Output(joined(command.cwd, f"{place}/bin"), build, below=True)]
    place = option(words, "--target-dir") or env.get("CARGO_TARGET_DIR") or "target"
    profile = option(words, "--profile") or ("release" if {"--release", "-r"} & set(words) else "debug")
    profile = "debug" if profile == "dev" else profile
    places = [f"{place}/{target}/{profile}"] if target else [f"{place}/{profile}"]
    return [Output(joined(command.cwd, each), build, below=True) for each in places]


def _rust(command: Command, site: Site, target: str | None) -> Build:
    base, flags = site.base, f"{command.env.get('RUSTFLAGS', '')} {' '.join(command.words)}"
    family = "musl" if target and "musl" in target else "glibc" if target and "gnu" in target else base.family or ""
    distributed = (
        family == "musl" and not target and base.language != "rust" and bool(site.packages & {"rust", "cargo"})
    )
    machine = _machine(target, site)
    version = base.version if family == base.family else "1.2" if family == "musl" else "2.17"
    made = Build(
        "rust",
        DYNAMIC,
        family,
        version,
        machine,
        ("libgcc_s.so.1",),
        line=site.line,
        stage=site.stage,
        fixed_machine=bool(target),
    )
    if "+crt-static" in flags or (family == "musl" and "-crt-static" not in flags and not distributed):
        why = "+crt-static" if "+crt-static" in flags else f"{target or 'the musl target'} links it statically"
        return made._replace(link=STATIC, needed=(), why=why)
    manifest = (site.files.text(f"{command.cwd}/Cargo.toml") or b"")[: 1 << 20].decode("utf-8", "replace")
    uses_openssl = bool(_NEEDS_OPENSSL.search(manifest))
    why = f"{target or 'the default target'} links it dynamically"
    return made._replace(why=why, open=("ssl", "crypto") if uses_openssl else (), exact=True)


def _configured(command: Command, site: Site) -> str | None:
    for name in ("config.toml", "config"):
        text = site.files.text(f"{command.cwd}/.cargo/{name}")
        match = _TARGET.search((text or b"")[: 1 << 20].decode("utf-8", "replace"))
        if match:
            return match[1]
    return None


def _by_name(command: Command, site: Site) -> list[Output]:
    words = command.words
    output = option(words, "-o", "-of")
    if output is None:
        return []
    told = next((each for each in _MADE_BY_NAME[command.name] if each in words), None)
    base = site.base
    made = Build(
        command.name,
        DYNAMIC,
        base.family or "",
        base.version,
        site.build_machine,
        line=site.line,
        stage=site.stage,
    )
    if told:
        made = made._replace(link=STATIC, why=told)
    return [Output(joined(command.cwd, output), made._replace(why=made.why or f"{command.name} links it dynamically"))]


def _libraries(words: tuple[str, ...], family: str) -> tuple[list[str], list[str]]:
    """Needed libraries whose soname is known, and those of which only the linker knows it."""
    named = [each[2:] for each in words if each.startswith("-l") and len(each) > 2]
    needed = [_OF_GLIBC[each] for each in named if _OF_GLIBC.get(each) and family == "glibc"]
    return needed, [each for each in named if each not in _OF_GLIBC and each not in ("stdc++", "gcc", "gcc_s")]


def _machine(target: str | None, site: Site) -> str:
    name = (target or "").partition("-")[0]
    if not name or name == "native":
        return site.build_machine
    known = {
        "amd64": "x86_64",
        "arm64": "aarch64",
        "armv7": "armhf",
        "arm": "armhf",
        "i686": "i386",
        "x86_64": "x86_64",
    }
    return known.get(name) or platform_machine(f"linux/{name}")
