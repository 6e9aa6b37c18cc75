"""A configuration as a frozen value. Paths are relative to the directory of its file."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.record import NamedTuple


class Settings(NamedTuple):
    """What is to be checked, as the options of `check` have it; empty or None is what the file does not say.

    name: of one check among several, "" for what the file says of all. number: its place among them, from 0.
    programs: globs. platforms: as `--platform` takes one. copies: SRC:DEST. env: in the order of the file.
    """

    name: str = ""
    number: int | None = None
    programs: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    at: str | None = None
    env: Mapping[str, str] = {}
    user: str | None = None
    workdir: str | None = None
    arg0: str | None = None
    loaded_by: str | None = None
    host: str | None = None
    against: str | None = None
    policy: str | None = None
    max_glibc: str | None = None
    max_musl: str | None = None
    require: str | None = None
    allow_needed: tuple[str, ...] = ()
    deny_needed: tuple[str, ...] = ()
    no_rpath: bool = False
    isa: str | None = None
    min_kernel: str | None = None

    def over(self, others: Settings) -> Settings:
        """With what the others say where these say nothing; variables of the environment one by one."""
        said = {name: value for name, value in self._asdict().items() if value or name in ("name", "number")}
        return others._replace(**{**said, "env": {**others.env, **self.env}})


class Built(NamedTuple):
    """A Dockerfile to look at, as the options of `dockerfile` have it. context: "" is the directory of the file."""

    file: str
    context: str = ""
    target: str | None = None
    arguments: Mapping[str, str] = {}
    platform: str | None = None
    pull: bool = False


class Ignore(NamedTuple):
    """Findings of one code that are not counted, and why. subject, image, program: globs, "" for any.

    expires: the last day on which it holds, "2027-01-31", or "". line: where it stands, from 1, 0 if not known.
    """

    code: str
    reason: str
    subject: str = ""
    image: str = ""
    program: str = ""
    expires: str = ""
    line: int = 0

    def __str__(self) -> str:
        """ "LC307 subject=/etc/ssl/* image=alpine:*"."""
        given = ((name, getattr(self, name)) for name in ("subject", "image", "program"))
        return " ".join([self.code, *(f"{name}={value}" for name, value in given if value)])


class Config(NamedTuple):
    """All of it. file: as it is shown; root: the directory that paths are relative to, "" the working directory.

    shared: what holds for every check; checks: those that are named, or the one that has no name. passed_over: another
    file beside it that is not taken. top: the keys in the file that lead to all of it.
    """

    file: str
    root: str
    shared: Settings
    checks: tuple[Settings, ...] = ()
    dockerfiles: tuple[Built, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    formats: tuple[str, ...] = ()
    fail_on: str | None = None
    strict: bool = False
    baseline: str | None = None
    passed_over: str = ""
    top: tuple[str, ...] = ()
