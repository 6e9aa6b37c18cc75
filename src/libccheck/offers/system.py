"""What programs expect of an image besides a loader: shells, `env`, certificates, time zones, users, `/tmp`."""

from __future__ import annotations

from libccheck.model import Directory, File, Link
from libccheck.record import NamedTuple
from libccheck.tree import Tree

TEMPORARY = "/tmp"  # noqa: S108 - a path in the image; nothing is written there

_SHELLS = (
    *("/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "/bin/zsh", "/bin/ksh", "/bin/mksh", "/bin/fish"),
    *("/usr/bin/sh", "/usr/bin/bash", "/usr/bin/ash", "/usr/bin/dash", "/usr/bin/zsh", "/usr/bin/ksh"),
    *("/usr/bin/mksh", "/usr/bin/fish", "/usr/local/bin/bash", "/busybox/sh"),
)
_ENVS = ("/usr/bin/env", "/bin/env", "/busybox/env")
_TOOLBOXES = ("busybox", "coreutils")

# crypto/x509/root_linux.go, and where OpenSSL is built to look
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
# time/zoneinfo_unix.go
_ZONEINFO = ("/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo")

_MANAGERS = (
    # a file or directory that is there where it is used, its name
    ("/lib/apk/db/installed", "apk"),
    ("/usr/lib/apk/db/installed", "apk"),
    ("/etc/apk/repositories", "apk"),
    ("/usr/bin/apt-get", "apt"),
    ("/var/lib/dpkg/status", "dpkg"),
    ("/var/lib/dpkg/status.d", "dpkg"),
    ("/usr/bin/dnf", "dnf"),
    ("/usr/bin/dnf5", "dnf"),
    ("/usr/bin/microdnf", "microdnf"),
    ("/usr/bin/yum", "yum"),
    ("/usr/bin/zypper", "zypper"),
    ("/var/lib/rpm", "rpm"),
    ("/usr/lib/sysimage/rpm", "rpm"),
    ("/usr/bin/pacman", "pacman"),
    ("/usr/bin/xbps-install", "xbps"),
    ("/usr/bin/emerge", "portage"),
    ("/bin/opkg", "opkg"),
    ("/usr/bin/opkg", "opkg"),
    ("/nix/store", "nix"),
    ("/gnu/store", "guix"),
)

_OLDER_RELEASES = (("/etc/alpine-release", "alpine", "Alpine"), ("/etc/debian_version", "debian", "Debian"))


class Tool(NamedTuple):
    """A command at a well-known path. leads_to: its real path, None where it leads nowhere; made_by: as "busybox"."""

    path: str
    leads_to: str | None
    made_by: str | None


class User(NamedTuple):
    name: str
    uid: str
    gid: str
    home: str
    shell: str


class Distribution(NamedTuple):
    """By os-release, or by the older files: id "alpine", version "3.20.9", name "Alpine Linux v3.20"."""

    id: str
    version: str
    name: str


def shells(tree: Tree) -> tuple[Tool, ...]:
    """Each shell by the first path that has it; a link that leads nowhere is one too, because scripts name it."""
    found: dict[tuple[str | None, str], Tool] = {}
    for path in _SHELLS:
        tool = _tool(tree, path)
        if tool is not None:
            found.setdefault((tool.leads_to, path.rpartition("/")[2]), tool)
    return tuple(found.values())


def env(tree: Tree) -> tuple[Tool, ...]:
    """`env` at each path that scripts name."""
    tools = (_tool(tree, path) for path in _ENVS)
    return tuple(each for each in tools if each is not None)


def certificates(tree: Tree) -> str | None:
    """Where the CA bundle is; None where no TLS library would find one."""
    for path in _BUNDLES:
        node = tree.resolve(path).node
        if isinstance(node, File) and node.size:
            return path
    return None


def zoneinfo(tree: Tree) -> str | None:
    """Where the time zones are; an empty directory holds none."""
    for path in _ZONEINFO:
        found = tree.resolve(path)
        if isinstance(found.node, Directory) and any(each.startswith(f"{found.path}/") for each in tree):
            return path
    return None


def users(tree: Tree) -> tuple[User, ...]:
    lines = _lines(tree, "/etc/passwd")
    rows = [line.split(":") for line in lines if line.count(":") >= 6]
    return tuple(User(row[0], row[2], row[3], row[5], row[6]) for row in rows if row[0])


def temporary(tree: Tree) -> str | None:
    """The mode of /tmp as "1777"; None where there is no such directory."""
    node = tree.resolve(TEMPORARY).node
    return f"{node.mode & 0o7777:04o}" if isinstance(node, Directory) else None


def distribution(tree: Tree) -> Distribution | None:
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        fields = dict(_assignments(_lines(tree, path)))
        if fields:
            name = fields.get("PRETTY_NAME") or fields.get("NAME", "")
            return Distribution(fields.get("ID", "linux"), fields.get("VERSION_ID", ""), name)
    for path, identifier, name in _OLDER_RELEASES:
        lines = _lines(tree, path)
        if lines:
            return Distribution(identifier, lines[0].strip(), f"{name} {lines[0].strip()}")
    return None


def package_managers(tree: Tree) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for path, name in _MANAGERS if tree.resolve(path).errno is None))


def _tool(tree: Tree, path: str) -> Tool | None:
    found = tree.resolve(path)
    if found.errno is not None:
        return Tool(path, None, None) if isinstance(tree.resolve(path, follow=False).node, Link) else None
    if not isinstance(found.node, File):
        return None
    return Tool(path, found.path, _made_by(found.path, found.node))


def _made_by(path: str, file: File) -> str:
    """Whose it is: by what the program says of itself, or by the name that links lead to."""
    program = file.load().loader
    if program is not None and program.family in _TOOLBOXES:
        return program.family
    name = path.rpartition("/")[2]
    return "coreutils" if name == "env" else name


def _lines(tree: Tree, path: str) -> list[str]:
    node = tree.resolve(path).node
    text = node.load().text if isinstance(node, File) else None
    return (text or b"").decode("utf-8", "surrogateescape").splitlines()


def _assignments(lines: list[str]) -> list[tuple[str, str]]:
    """KEY=value, KEY="value" and KEY='value' of os-release(5)."""
    found = []
    for line in lines:
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found.append((key, value[1:-1] if quoted else value))
    return found
