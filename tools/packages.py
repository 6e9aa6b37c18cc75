#!/usr/bin/env python3
"""Write `catalog/packages.bin`: what packages of distributions hold, as far as a program's start depends on it.

    python tools/packages.py PLACE
    python tools/packages.py --stated

PLACE keeps what was downloaded: of each suite in `packages.json` a root that mmdebstrap makes (root's work), and in it
the packages themselves, which apt-get chose and fetched; and under `alpine/` roots of Alpine by the names that
`packages.json` has for them, whose files are compared with apk's own record of them.

An entry of the file is an image whose layers are the packages: their files without documentation, and of a program the
ELF facts. A layer's line is the package's name, its version, and which of the other layers it is installed with.
`--stated` leaves all that was read as it is, and puts in anew only what `stated.json` says of packages of Alpine.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import stated

from libccheck.images.catalog import Catalog
from libccheck.images.condense import condensed
from libccheck.images.keep import nothing
from libccheck.images.snapshot import pack_image
from libccheck.images.storing import Storing
from libccheck.model import Config, Content, Directory, File, Image, Layer, Link, Node, Provenance
from libccheck.tree import Tree

RECIPES = Path(__file__).with_name("packages.json")
TARGET = Path(__file__).parents[1] / "src/libccheck/catalog/packages.bin"
_LIBRARIES = re.compile(r"/(usr/)?lib(32|64)?/([\w.-]+-linux-(gnu|musl)[\w]*/)?[^/]+\.so(\.[^/]*)?\Z|/(usr/)?lib/ld-.*")
_FIELDS = ("Version", "Installed-Size", "Depends", "Pre-Depends")
_MERGED = ("bin", "lib", "lib64")
_ZONES = "/usr/share/zoneinfo/"
_NO_ZONES = ("posix/", "right/", "posixrules")
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Package(NamedTuple):
    """One package; `size` in bytes as installed; `files` by path: the mode, and the bytes or where a link leads."""

    name: str
    version: str
    size: int
    requires: tuple[str, ...]
    files: Mapping[str, tuple[int, bytes | str]]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    there = dict(_there() if arguments[0] == "--stated" else _read(Path(arguments[0])))
    for release in stated.FACTS["releases"]:
        name = f"alpine:{release}"
        there[name] = stated.with_stated(name, there.get(name))
    storing = Storing()
    lines = [_entry(storing, name, image) for name, image in there.items()]
    TARGET.unlink(missing_ok=True)
    storing.write(str(TARGET), "".join(lines))
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size} bytes\n")
    return 0


def _there() -> Iterator[tuple[str, Image]]:
    """What the file has, read whole before it is replaced."""
    catalog = Catalog(str(TARGET))
    for entry in catalog.entries():
        image = catalog.image(entry, entry.name)
        yield entry.name, image._replace(tree=Tree({path: image.tree.nodes[path] for path in image.tree}))


def _read(place: Path) -> Iterator[tuple[str, Image]]:
    recipes = json.loads(RECIPES.read_text(encoding="utf-8"))
    for suite, wanted in recipes["debian"].items():
        found = list(debian(_bootstrapped(place, suite), wanted))
        date = datetime.now(timezone.utc).date().isoformat()
        source = Provenance("read from Debian's packages", "", "", date, "")
        yield f"debian:{suite}", _image(f"debian:{suite}", found, wanted, source, merged=True)
    for name, recipe in recipes["alpine"].items():
        found = list(alpine(place / "alpine" / recipe["root"], recipe["packages"]))
        whose = f"read from an installed Alpine {recipe['release']}, each file as apk recorded it"
        source = Provenance(whose, recipe["origin"], "", recipe["date"], "")
        yield f"alpine:{name}", _image(f"alpine:{name}", found, recipe["packages"], source, merged=False)


def debian(root: Path, wanted: Iterable[str]) -> Iterator[Package]:
    """The packages, and all that apt-get installs with them into the smallest root that has apt-get itself."""
    options = ["--no-install-recommends", "-o", "Acquire::Check-Valid-Until=false"]
    told = _apt(root, "apt-get", "install", "-s", *options, *wanted)
    names = re.findall(r"^Inst (\S+)", told, re.MULTILINE)
    _apt(
        root,
        "apt-get",
        "install",
        "-y",
        "--download-only",
        "-o",
        "APT::Keep-Downloaded-Packages=true",
        *options,
        *wanted,
    )
    for name in names:
        (file,) = (root / "var/cache/apt/archives").glob(f"{name}_*.deb")
        version, size, *depends = (_dpkg(file, "--field", each).decode().strip() for each in _FIELDS)
        words = re.findall(r"[a-z0-9][a-z0-9+.-]+", re.sub(r"\([^)]*\)|:\w+", "", " ".join(depends)))
        files = dict(_unpacked(_dpkg(file, "--fsys-tarfile")))
        if name == "ca-certificates":
            files[_BUNDLE] = (0o644, b"-----BEGIN CERTIFICATE-----\n")  # made when it is installed
        requires = tuple(each for each in dict.fromkeys(words) if each in names)
        yield Package(name, version, int(size) << 10, requires, files)


def alpine(root: Path, wanted: Iterable[str]) -> Iterator[Package]:
    """The packages, and those that they depend on, as far as they are not in every root of Alpine."""
    records = {each["P"]: each for each in _records(root / "lib/apk/db/installed")}
    providers = {
        word.partition("=")[0]: name for name, each in records.items() for word in (name, *each.get("p", "").split())
    }
    base = json.loads(RECIPES.read_text(encoding="utf-8"))["alpine-base"]
    todo, done = list(wanted), set(base)
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        record = records[name]
        words = [re.split(r"[<>=~]", word)[0] for word in record.get("D", "").split() if not word.startswith("!")]
        requires = list(
            dict.fromkeys(each for word in words if (each := providers.get(word)) not in (None, name, *base))
        )
        todo += requires
        yield Package(name, record["V"], int(record["I"]), tuple(requires), dict(_recorded(root, record["files"])))


def _records(database: Path) -> Iterator[dict[str, Any]]:
    """apk's record of what is installed: one-letter fields; F a folder, R a file in it, Z its checksum."""
    for text in database.read_text(encoding="utf-8").split("\n\n"):
        record: dict[str, Any] = {"files": {}}
        folder = path = ""
        for line in text.splitlines():
            key, _, value = line.partition(":")
            if key == "F":
                folder = value
            elif key == "R":
                path = f"/{folder}/{value}".replace("//", "/")
                record["files"][path] = ""
            elif key == "Z":
                record["files"][path] = value
            elif key not in ("a", "M"):
                record[key] = value
        if "P" in record:
            yield record


def _recorded(root: Path, files: Mapping[str, str]) -> Iterator[tuple[str, tuple[int, bytes | str]]]:
    """The files of a package that matter; each must be what apk says that it installed."""
    for path, checksum in files.items():
        if not _matters(path):
            continue
        there = root / path[1:]
        data: bytes | str = str(there.readlink()) if there.is_symlink() else there.read_bytes()
        sum_of = hashlib.sha1(data if isinstance(data, bytes) else data.encode(), usedforsecurity=False).digest()
        if f"Q1{base64.b64encode(sum_of).decode()}" != checksum:
            raise SystemExit(f"{there} is not what apk installed")
        yield path, (0o755, data)


def _entry(storing: Storing, name: str, image: Image) -> str:
    """The entry's line of the index."""
    date = image.provenance.date if image.provenance else ""
    return "\t".join(("E", name, image.platform, str(pack_image(image, storing)), date, "", "", "")) + "\n"


def _image(name: str, found: list[Package], wanted: Iterable[str], source: Provenance, *, merged: bool) -> Image:
    asked = set(wanted)
    nodes = _needed([_nodes(each, number) for number, each in enumerate(found)], [each.name in asked for each in found])
    nodes.update({"/": Directory(0o755, 0, 0), **{f"/{each}": Link(f"usr/{each}") for each in _MERGED if merged}})
    for path in list(nodes):
        while (path := path.rpartition("/")[0]) and path not in nodes:
            nodes[path] = Directory(0o755, 0, 0)
    layers = tuple(Layer("", each.size, " ".join((each.name, each.version, *each.requires))) for each in found)
    return Image(name, "catalog", None, "linux/amd64", 0, layers, Config(), Tree(nodes), provenance=source)


def _nodes(package: Package, number: int) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for path, (mode, data) in package.files.items():
        nodes[path] = Link(data) if isinstance(data, str) else File(mode, 0, 0, len(data), number, _facts(path, data))
    return nodes


def _needed(packages: list[dict[str, Node]], asked: list[bool]) -> dict[str, Node]:
    """The files of the packages that were asked for, and what those load: nothing else makes a difference."""
    kept: dict[str, Node] = {}
    for nodes, whole in zip(packages, asked, strict=True):
        kept.update(nodes if whole else {})
    there = {path: node for nodes in packages for path, node in nodes.items()}
    while True:
        wanted = {name for node in kept.values() if isinstance(node, File) for name in _loads(node)}
        wanted |= {node.target.rpartition("/")[2] for node in kept.values() if isinstance(node, Link)}
        fresh = {path: each for path, each in there.items() if path.rpartition("/")[2] in wanted and path not in kept}
        if not fresh:
            return kept
        kept.update(fresh)


def _loads(file: File) -> tuple[str, ...]:
    elf = file.load().elf
    return elf.needed if elf is not None else ()


def _facts(path: str, data: bytes) -> Any:
    if data[:4] != b"\x7fELF":
        return nothing
    found: Content = condensed(memoryview(data), path)[0]
    return lambda: found


def _matters(path: str) -> bool:
    return bool(
        _LIBRARIES.match(path)
        or re.match(r"/(usr/)?bin/(bash|busybox|python3[\d.]*|perl|node|zsh)\Z", path)
        or (path.startswith(_ZONES) and not path[len(_ZONES) :].startswith(_NO_ZONES))
        or path == _BUNDLE
    )


def _unpacked(data: bytes) -> Iterator[tuple[str, tuple[int, bytes | str]]]:
    hard: dict[str, tuple[int, bytes | str]] = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            path = _in_usr(member.name)
            if not _matters(path):
                continue
            if member.issym():
                hard[path] = (0, member.linkname)
            elif member.islnk():
                hard[path] = hard[_in_usr(member.linkname)]
            elif member.isfile() and (file := archive.extractfile(member)):
                hard[path] = (member.mode, file.read())
    yield from hard.items()


def _in_usr(name: str) -> str:
    """Where a file of a Debian package comes to lie, since /lib and /bin are links."""
    path = "/" + name.removeprefix("./")
    return f"/usr{path}" if path.split("/")[1] in _MERGED else path


def _bootstrapped(place: Path, suite: str) -> Path:
    root = place / suite
    if not root.exists():
        command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=apt", "--aptopt=Acquire::Check-Valid-Until false"]
        subprocess.run([*command, suite, str(root)], check=True)
    if not any((root / "var/lib/apt/lists").glob("*Packages*")):
        _apt(root, "apt-get", "-q", "-o", "Acquire::Check-Valid-Until=false", "update")
    return root


def _apt(root: Path, *command: str) -> str:
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["chroot", root, *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def _dpkg(file: Path, *options: str) -> bytes:
    option, *rest = options
    return subprocess.run(["dpkg-deb", option, file, *rest], stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
