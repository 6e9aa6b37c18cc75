"""Whether the objects have the versions that are wanted of them: `elf/dl-version.c`."""

from __future__ import annotations

from libccheck.launch.glibc.machine import VDSO, VDSO_OTHERS
from libccheck.launch.glibc.state import VDSO as VDSO_KIND
from libccheck.launch.glibc.state import Loading, Object, Version
from libccheck.model import Finding, Step, VersionNeed

_DT_RELR, _DT_VERSYM = 36, 0x6FFFFFF0
_RELR_MARKER = "GLIBC_ABI_DT_RELR"


def check(loading: Loading, objects: list[Object], scope: list[Object]) -> list[Finding]:
    """Every line goes to stderr; the findings are those that end the process."""
    missing: list[Finding] = []
    for item in objects:
        if item.kind != VDSO_KIND:
            missing += [each for each in _check_one(loading, item, objects, scope, missing) if _is_new(each, missing)]
    return missing


def check_opened(loading: Loading, objects: list[Object], scope: list[Object]) -> None:
    """The same for what dlopen(3) brings: only what is missing is told, and the first of it is the end."""
    for item in objects:
        if item.kind != VDSO_KIND:
            _check_one(loading, item, loading.chain, scope, [])


def _is_new(finding: Finding, known: list[Finding]) -> bool:
    """One finding a version and library, whoever wants it first."""
    path = finding.evidence[0].path
    return all(each.subject != finding.subject or each.evidence[0].path != path for each in known)


def _check_one(
    loading: Loading, item: Object, objects: list[Object], scope: list[Object], earlier: list[Finding]
) -> list[Finding]:
    missing: list[Finding] = []
    marked = False
    for need in item.elf.versions_needed:
        needed = next((each for each in (*objects, *scope) if each.answers_to(need.file)), None)
        if needed is None:
            raise loading.inconsistent("dl-version.c", "_dl_check_map_versions", *loading.release.needed())
        for version in need.versions:
            finding = _match(loading, item, needed, need.file, version)
            if finding is not None and _is_new(finding, missing):
                missing.append(finding)
            marked = marked or (version.name == _RELR_MARKER and version.odd_hash is None)
            name = Version(version.name, bool(version.index & 0x8000), need.file, version.odd_hash)
            item.versions[version.index & 0x7FFF] = name
    for defined in item.elf.versions_defined or ():
        if not defined.base:
            item.versions[defined.index & 0x7FFF] = Version(defined.name, False, None, defined.odd_hash)
        else:
            item.versions.setdefault(defined.index & 0x7FFF, Version("", False, None))
    if item.elf.versions_needed and not marked and loading.release.has("relr-needs-marker"):
        _check_marker(loading, item, (*earlier, *missing))
    if item.versions and _DT_VERSYM not in item.elf.tags:
        raise loading.crash(
            "SIGSEGV", f"{loading.shown(item)} has versions, but not which symbol has which (DT_VERSYM)"
        )
    return missing


def _match(loading: Loading, item: Object, needed: Object, file: str, version: VersionNeed) -> Finding | None:
    """match_symbol()."""
    name, weak = version.name, version.weak
    place, asked_by = loading.shown(needed), loading.shown(item)
    defined = _defined(loading, needed)
    if defined is None and loading.opening:
        return None
    if defined is None:
        text = f"{place}: no version information available (required by {asked_by})"
        loading.stderr.append(f"{loading.progname}: {text}\n")
        return None
    if (name, version.odd_hash) in defined:
        return None
    if weak and loading.opening:
        return None
    kind = "weak version" if weak else "version"
    text = f"{kind} `{name}' not found (required by {asked_by})"
    message = f"{asked_by} needs {name} of {file}, and {place} does not have it"
    evidence = Step("look up", place, "missing", f"version {name}, needed by {asked_by}")
    if loading.opening:
        raise loading.fail(text, place, "LC203", name, message=message, evidence=(evidence,))
    loading.stderr.append(f"{loading.progname}: {place}: {text}\n")
    return None if weak else Finding("LC203", name, message, (evidence,))


def _defined(loading: Loading, item: Object) -> frozenset[tuple[str, int | None]] | None:
    if item.kind == VDSO_KIND:
        return frozenset((name, None) for name in VDSO.get(loading.chain[0].elf.machine, VDSO_OTHERS)[1])
    if item.elf.versions_defined is None:
        return None
    return frozenset((each.name, each.odd_hash) for each in item.elf.versions_defined)


def _check_marker(loading: Loading, item: Object, earlier: tuple[Finding, ...]) -> None:
    """Since 2.36, what is packed with DT_RELR and needs libc must say so."""
    if _DT_RELR not in item.elf.tags or not any(name.startswith("libc.so.") for name in item.elf.needed):
        return
    about = loading.shown(item)
    text = f"DT_RELR without {_RELR_MARKER} dependency"
    signalled = loading.fail(text, about, "LC209", about)
    signalled.earlier = earlier
    raise signalled
