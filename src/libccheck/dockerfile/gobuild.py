"""What `go build` and `go install` make: how the program is linked, and where it lies."""

from __future__ import annotations

from libccheck.dockerfile.building import Output, Site, machine_of, option, positional
from libccheck.dockerfile.golang import module_of, reach
from libccheck.dockerfile.made import DYNAMIC, STATIC, Build
from libccheck.dockerfile.shell import UNKNOWN, Command, joined

_WITH_VALUE = frozenset(
    (
        *("-o", "-ldflags", "-gcflags", "-asmflags", "-gccgoflags", "-tags", "-p", "-mod", "-modfile", "-overlay"),
        *("-buildmode", "-installsuffix", "-pkgdir", "-toolexec", "-C", "-compiler", "-covermode", "-coverpkg"),
        *("-pgo", "-exec"),
    )
)
_SINCE_NO_ARCHIVES = (1, 20)
"""From then on cgo is off where no C compiler is found, and nothing is compiled beforehand."""


def outputs(command: Command, site: Site) -> list[Output]:
    words = command.words
    directory = joined(command.cwd, option(words, "-C") or ".")
    packages = positional(words[2:], _WITH_VALUE) or ["."]
    if words[1] == "install":
        place = command.env.get("GOBIN") or f"{command.env.get('GOPATH') or '/go'}/bin"
        return [
            Output(place, _build(command, site, each, directory), below=True)
            if each.endswith("...")
            else Output(f"{place}/{_name(each, directory, site)}", _build(command, site, each, directory))
            for each in packages
        ]
    wanted = option(words, "-o")
    if wanted is None:
        return [
            Output(f"{directory}/{_name(each, directory, site)}", _build(command, site, each, directory))
            for each in packages[:1]
        ]
    path = joined(directory, wanted)
    if wanted.endswith("/") or site.files.is_directory(path):
        if any(each.endswith("...") or "*" in each for each in packages):
            return [Output(path, _build(command, site, packages[0], directory), below=True)]
        return [
            Output(f"{path}/{_name(each, directory, site)}", _build(command, site, each, directory))
            for each in packages
        ]
    return [Output(path, _build(command, site, packages[0], directory))]


def _name(package: str, directory: str, site: Site) -> str:
    """The last part of the import path, as the go command names the program."""
    bare = package.partition("@")[0]
    if bare.endswith(".go"):
        return bare.rpartition("/")[2][:-3]
    if bare.startswith((".", "/")):
        place = joined(directory, bare)
        module = module_of(site.files, place)
        if module is not None and module.directory == place:
            bare = module.path
        else:
            return place.rpartition("/")[2] or "main"
    parts = bare.split("/")
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit():
        parts.pop()
    return parts[-1]


def _build(command: Command, site: Site, package: str, directory: str) -> Build:
    words, env, base = command.words, command.env, site.base
    flags = f"{env.get('GOFLAGS', '')} {' '.join(words)}"
    machine, fixed = machine_of(env.get("GOARCH"), site)
    made = Build(
        "go", STATIC, base.family or "", base.version, machine, fixed_machine=fixed, line=site.line, stage=site.stage
    )
    if env.get("GOOS", "linux") not in ("linux", UNKNOWN):
        return made._replace(fails=f"GOOS={env['GOOS']} makes no program for Linux")
    pie = "-buildmode=pie" in flags or "-buildmode pie" in flags
    if UNKNOWN in env.get("CGO_ENABLED", ""):
        return made._replace(fails="whether cgo is on shows only in the build, where a condition sets CGO_ENABLED")
    cgo, why = _cgo(command, site, machine)
    if not cgo:
        lost = _lost(site, package, directory)
        return made._replace(link=DYNAMIC if pie else STATIC, why=why, low=True, lost=lost)
    ldflags = option(words, "-ldflags") or flags
    externally = "-linkmode=external" in ldflags or "-linkmode external" in ldflags
    told_static = "-extldflags" in ldflags and "-static" in ldflags.partition("-extldflags")[2]
    tags = frozenset((option(words, "-tags") or "").replace(",", " ").split())
    found = reach(site.files, _place(package, directory), tags, site.architecture)
    c = bool(found and found.c)
    if told_static and (externally or c):
        return made._replace(why="-extldflags -static", uses_c=c)
    pure = {"netgo": "net", "osusergo": "os/user"}
    standard = [each for each in found.standard if not any(pure.get(tag) == each for tag in tags)] if found else []
    if found is not None and found.whole and not c and not standard:
        return made._replace(
            link=DYNAMIC if pie else STATIC, why="its sources reach neither C nor a package that calls it", low=True
        )
    if not c and found is None and {"netgo", "osusergo"} <= tags:
        return made._replace(why="built with the tags netgo and osusergo", certain=False)
    if told_static and found is None:
        return made._replace(why="-extldflags -static", certain=False)
    old = base.number and base.number < _SINCE_NO_ARCHIVES and base.language == "go"
    shown = [*(found.c if found else ()), *standard]
    return made._replace(
        link=DYNAMIC,
        certain=bool(shown),
        exact=not c and not externally,
        low=bool(old and not c and not externally),
        uses_c=c,
        why=f"cgo is on ({why}), and it imports {shown[0].rpartition('/src/')[2]}" if shown else f"cgo is on ({why})",
    )


def _lost(site: Site, package: str, directory: str) -> str:
    """What needs C and does not get it."""
    found = reach(site.files, _place(package, directory), frozenset(), site.architecture)
    wanting = next((each for each in found.c if "/" in each), "") if found else ""
    return (
        f"{wanting.rpartition('/src/')[2]} needs C, and cgo is off: it does not work, or is not built"
        if wanting
        else ""
    )


def _place(package: str, directory: str) -> str:
    """The directory of a package."""
    place = joined(directory, package.removesuffix("...") if package.startswith((".", "/")) else ".")
    return place.rpartition("/")[0] or "/" if package.endswith(".go") else place


def _cgo(command: Command, site: Site, machine: str) -> tuple[bool, str]:
    """Whether cgo is on, and what says so."""
    value = command.env.get("CGO_ENABLED")
    if value in ("0", "1"):
        return value == "1", f"CGO_ENABLED={value}"
    if command.env.get("GOARCH") and machine != site.build_machine:
        return False, "cgo is off in a build for another machine"
    if site.has_compiler or command.env.get("CC"):
        return True, "by default, there is a C compiler"
    if site.base.language == "go" and site.base.number and site.base.number < _SINCE_NO_ARCHIVES:
        return True, "by default before Go 1.20"
    if site.base.language == "go" or site.base.family == "musl":
        return False, "there is no C compiler"
    return True, "by default"
