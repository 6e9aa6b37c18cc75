"""What Debian's packages hold, for a suite and an architecture that need not be this machine's own.

apt-get has lists, archives and a record of what is installed of its own there, so nothing of the packages is run.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from packaged.values import BUNDLE, MERGED, Files, Package, matters, needed

PLATFORMS = {"amd64": "linux/amd64", "arm64": "linux/arm64", "armhf": "linux/arm/v7", "i386": "linux/386"}
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_MERGED_ALREADY = "usr-is-merged"  # else usrmerge, which would bring perl, is as good
_WITHOUT_UPDATES = ("sid", "forky")
_CACHED = ("-o", "Dir::Cache::pkgcache=pkgcache.bin", "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin")
"""Where the machine's own settings have none, as those of container images, each command would read all lists anew."""
_INSTALLED = re.compile(r"^Inst (\S+) \((\S+) ", re.MULTILINE)


class Record(NamedTuple):
    """What the lists say of a package; `size` in bytes as installed, `depends` without versions, alternatives too."""

    name: str
    version: str
    architecture: str
    size: int
    depends: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"


class AptError(SystemExit):
    """apt-get could not do it, in its own words."""


class Apt:
    """apt-get for one suite and architecture, below a directory that keeps what it downloads."""

    def __init__(self, place: Path, suite: str, architecture: str, *, updates: bool = True) -> None:
        self._room = place / f"{suite}-{architecture}{'' if updates else '-released'}"
        self._status = self._room / "status"
        self.archives = self._room / "var/cache/apt/archives"
        for each in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "etc/apt/preferences.d"):
            (self._room / each).mkdir(parents=True, exist_ok=True)
        (self._room / "etc/apt/sources.list").write_text("".join(_sources(suite, updates=updates)))
        options = {
            "Dir": f"{self._room}",
            "Dir::Etc::Parts": "/etc/apt/apt.conf.d",
            "Dir::State::Status": f"{self._status}",
            "APT::Architecture": architecture,
            "APT::Sandbox::User": "root",
            "APT::Keep-Downloaded-Packages": "true",
            "APT::Install-Recommends": "false",
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
            "Debug::NoLocking": "true",
        }
        text = "".join(f'{key} "{value}";\n' for key, value in options.items())
        (self._room / "apt.conf").write_text(f'{text}APT::Architectures {{ "{architecture}"; }};\n')

    def update(self) -> None:
        """The lists, once; and the smallest system that has apt-get itself as what is installed."""
        if self._status.exists():
            return
        self._run("apt-get", "-q", "update")
        unfinished = self._status.with_suffix(".new")
        unfinished.touch()
        merged = self.names() & {_MERGED_ALREADY}
        text = self._shown(self._installs("?essential", "apt", *merged, status=unfinished))
        unfinished.write_text(
            re.sub(r"^Package: .*$", r"\g<0>\nStatus: install ok installed", text, flags=re.MULTILINE)
        )
        unfinished.rename(self._status)

    def names(self) -> frozenset[str]:
        """Of all packages that the suite has."""
        return frozenset(self._run("apt-cache", "pkgnames").split())

    def installs(self, *wanted: str) -> list[Record]:
        """What would be installed, with all that comes with it."""
        return [_record(each) for each in self._shown(self._installs(*wanted)).strip().split("\n\n")]

    def fetch(self, records: Iterable[Record]) -> None:
        """Those that are not there yet; raises AptError where the mirror lacks one."""
        absent = [f"{each.name}={each.version}" for each in records if not (self.archives / each.file).exists()]
        if absent:
            self._run("apt-get", "-q", "download", *absent)

    def _installs(self, *wanted: str, status: Path | None = None) -> list[tuple[str, str]]:
        options = ("-o", f"Dir::State::Status={status or self._status}")
        found: list[tuple[str, str]] = _INSTALLED.findall(self._run("apt-get", *options, "install", "-s", *wanted))
        return found

    def _shown(self, packages: Iterable[tuple[str, str]]) -> str:
        return self._run("apt-cache", "show", *(f"{name}={version}" for name, version in packages))

    def _run(self, program: str, *arguments: str) -> str:
        command = (program, *_CACHED, *arguments)
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "APT_CONFIG": f"{self._room}/apt.conf"}
        done = subprocess.run(command, cwd=self.archives, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AptError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout


def debian(
    place: Path, suite: str, architecture: str, wanted: Collection[str], also: Collection[str] = ()
) -> list[Package]:
    """The packages, and all that apt-get installs with them into the smallest root that has apt-get itself.

    Each of `wanted` is one name, or several with bars between them, of which the first is taken that the suite has, and
    each of `also`, which os-release does not tell from it; it need not have any. Files are there of those packages that
    were asked for, and of those that hold what they load. Of a suite that is so old that mirrors have lists of its
    updates still, but not the packages, it is without updates.
    """
    for updates in (True, False):
        apt = Apt(place, suite, architecture, updates=updates)
        apt.update()
        known = apt.names()
        for each in also:
            other = Apt(place, each, architecture)
            other.update()
            known &= other.names()
        asked = [name for each in wanted if (name := next((one for one in each.split("|") if one in known), None))]
        try:
            return list(_read(apt, asked))
        except AptError as error:
            complaint = error
    raise complaint


def _read(apt: Apt, asked: Collection[str]) -> Iterator[Package]:
    records = {each.name: each for each in apt.installs(*asked)}
    there: dict[str, Files] = {}
    todo = [each for each in asked if each in records]
    while todo:
        apt.fetch(records[each] for each in todo)
        there |= {each: _files(apt.archives / records[each].file, each) for each in todo}
        kept = needed(there, asked)
        near = dict.fromkeys(each for name in kept for each in records[name].depends)
        todo = [each for each in near if each in records and each not in there and records[each].architecture != "all"]
    for name, record in records.items():
        requires = tuple(each for each in record.depends if each in records)
        yield Package(name, record.version, record.size, requires, kept.get(name, {}), name in asked)


def _record(text: str) -> Record:
    fields = dict(re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE))
    depends = " ".join(fields[each] for each in ("Depends", "Pre-Depends") if each in fields)
    words = re.findall(r"[a-z0-9][a-z0-9+.-]+", re.sub(r"\([^)]*\)|:\w+", "", depends))
    size = int(fields["Installed-Size"]) << 10
    return Record(fields["Package"], fields["Version"], fields["Architecture"], size, tuple(dict.fromkeys(words)))


def _files(archive: Path, name: str) -> Files:
    found = dict(_unpacked(archive))
    if name == "ca-certificates":
        found[BUNDLE] = (0o644, b"-----BEGIN CERTIFICATE-----\n")  # made when it is installed
    return found


def _sources(suite: str, *, updates: bool) -> Iterator[str]:
    """Of the mirrors that this machine has its own packages from."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    mirrors = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    plain = next(each for each in mirrors if "debian" in each and "security" not in each)
    security = next((each for each in mirrors if "security" in each), None)
    signed = f"[signed-by={_KEYRING}]"
    yield f"deb {signed} {plain} {suite} main\n"
    if updates and suite not in _WITHOUT_UPDATES:
        yield f"deb {signed} {plain} {suite}-updates main\n"
        if security is not None:
            yield f"deb {signed} {security} {suite}-security main\n"


def _unpacked(archive: Path) -> Iterator[tuple[str, tuple[int, bytes | str]]]:
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE, check=True).stdout
    hard: dict[str, tuple[int, bytes | str]] = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as members:
        for member in members:
            path = _in_usr(member.name)
            if not matters(path):
                continue
            if member.issym():
                hard[path] = (0, member.linkname)
            elif member.islnk():
                hard[path] = hard[_in_usr(member.linkname)]
            elif member.isfile() and (file := members.extractfile(member)):
                hard[path] = (member.mode, file.read())
    yield from hard.items()


def _in_usr(name: str) -> str:
    """Where a file of a Debian package comes to lie, since /lib and /bin are links."""
    path = "/" + name.removeprefix("./")
    return f"/usr{path}" if path.split("/")[1] in MERGED else path
