"""The table of a configuration, key by key: what is not known, not wanted there or not whole is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from libccheck.config import readers
from libccheck.config.places import Path
from libccheck.config.readers import ConfigError, Reader
from libccheck.config.refused import why_refused
from libccheck.config.values import Built, Config, Ignore, Settings
from libccheck.rules import RULES, SEVERITIES

_ABOUT_ITSELF = "LC6"

_Keys = Mapping[str, tuple[str, Reader]]

_CHECK: _Keys = {
    # key: the field, what reads it
    "programs": ("programs", readers.paths),
    "images": ("images", readers.images),
    "platforms": ("platforms", readers.texts),
    "copy": ("copies", readers.copies),
    "at": ("at", readers.text),
    "env": ("env", readers.variables),
    "user": ("user", readers.text),
    "workdir": ("workdir", readers.text),
    "arg0": ("arg0", readers.text),
    "loaded-by": ("loaded_by", readers.text),
    "host": ("host", readers.text),
    "against": ("against", readers.image),
    "policy": ("policy", readers.text),
    "max-glibc": ("max_glibc", readers.text),
    "max-musl": ("max_musl", readers.text),
    "require": ("require", readers.choice("static")),
    "allow-needed": ("allow_needed", readers.texts),
    "deny-needed": ("deny_needed", readers.texts),
    "no-rpath": ("no_rpath", readers.flag),
    "isa": ("isa", readers.text),
    "min-kernel": ("min_kernel", readers.text),
}
_RUN: _Keys = {
    "formats": ("formats", readers.formats),
    "fail-on": ("fail_on", readers.choice(*reversed(SEVERITIES), "regression", "never")),
    "strict": ("strict", readers.flag),
    "baseline": ("baseline", readers.inside),
}
_NAMED: _Keys = {"name": ("name", readers.text), **_CHECK}
_DOCKERFILE: _Keys = {
    "file": ("file", readers.inside),
    "context": ("context", readers.inside),
    "target": ("target", readers.text),
    "build-args": ("arguments", readers.variables),
    "platform": ("platform", readers.text),
    "pull": ("pull", readers.flag),
}
_IGNORE: _Keys = {
    "code": ("code", readers.text),
    "subject": ("subject", readers.text),
    "image": ("image", readers.text),
    "program": ("program", readers.text),
    "reason": ("reason", readers.text),
    "expires": ("expires", readers.day),
}
_TABLES = ("check", "dockerfile", "ignore")
DEMANDS = ("policy", "max_glibc", "max_musl", "require", "allow_needed", "deny_needed", "no_rpath", "isa", "min_kernel")
"""The fields that ask something of programs without an image."""


def config_of(table: Mapping[str, Any], top: Path, file: str, root: str) -> Config:
    """The configuration in a table that stands at `top` in its file. Raises ConfigError."""
    found = _read({key: value for key, value in table.items() if key not in _TABLES}, {**_CHECK, **_RUN}, top, _TABLES)
    run = {field: found.pop(field) for field, _ in _RUN.values() if field in found}
    shared = Settings(**found)
    checks = tuple(_checks(table, top, shared))
    return Config(
        file,
        root,
        shared,
        checks or ((shared,) if shared.programs else ()),
        tuple(Built(**each) for _, each in _each(table, "dockerfile", _DOCKERFILE, top, ("file",))),
        tuple(_ignores(table, top)),
        **run,
    )


def _checks(table: Mapping[str, Any], top: Path, shared: Settings) -> Iterator[Settings]:
    names: set[str] = set()
    for path, each in _each(table, "check", _NAMED, top, ("name",)):
        own = Settings(**each)._replace(number=int(path[-1]))
        if own.name in names:
            raise ConfigError(f"two checks are called {own.name}", (*path, "name"), "give each a name of its own")
        names.add(own.name)
        whole = own.over(shared)
        if not whole.programs:
            raise ConfigError(f"the check {own.name} has no programs", path, 'add programs = ["dist/*"]')
        if not whole.images and not any(getattr(whole, field) for field in DEMANDS):
            hint = 'add images = ["alpine:3.20"], or a demand as max-glibc = "2.28"'
            raise ConfigError(f"the check {own.name} has no images and asks for nothing else", path, hint)
        yield whole


def _ignores(table: Mapping[str, Any], top: Path) -> Iterator[Ignore]:
    for path, each in _each(table, "ignore", _IGNORE, top, ("code", "reason")):
        code = each["code"]
        if code not in RULES:
            by_name = next((rule.code for rule in RULES.values() if rule.name == code), "")
            hint = f"did you mean {by_name}?" if by_name else readers.near(code.upper(), RULES)
            raise ConfigError(f"there is no code {code}", (*path, "code"), hint or "libccheck explain tells them all")
        if code.startswith(_ABOUT_ITSELF):
            hint = "mend what it is about"
            raise ConfigError(f"{code} is about what is ignored, and cannot be ignored itself", (*path, "code"), hint)
        yield Ignore(**each)


def _each(
    table: Mapping[str, Any], key: str, keys: _Keys, top: Path, wanted: tuple[str, ...]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The tables of a list, each read, with its path."""
    if key not in table:
        return
    for number, each in enumerate(readers.tables(table[key], (*top, key))):
        path = (*top, key, number)
        found = _read(each, keys, path)
        for name in wanted:
            if keys[name][0] not in found:
                example = {"code": "LC307", "file": "Dockerfile", "name": "server", "reason": "no TLS in this one"}
                raise ConfigError(f"this {key} has no {name}", path, f'add {name} = "{example[name]}"')
        yield path, found


def _read(table: Mapping[str, Any], keys: _Keys, path: Path, others: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {}
    for key, value in table.items():
        place = (*path, key)
        if key not in keys:
            raise _unknown(key, (*keys, *others), place)
        field, read = keys[key]
        found[field] = read(value, place)
    return found


def _unknown(key: str, known: tuple[str, ...], path: Path) -> ConfigError:
    refused = why_refused(key)
    if refused:
        return ConfigError(f"{key} is not for a project's file: {refused}", path)
    if key == "tool":
        return ConfigError("unknown key tool", path, "here the keys stand at the top, without [tool.libccheck]")
    shown = key if key.isprintable() and key else repr(key)
    return ConfigError(f"unknown key {shown}", path, readers.near(key, known) or f"known here: {', '.join(known)}")
