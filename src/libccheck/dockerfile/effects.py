"""What commands of a RUN line do to the files of a stage: packages, modes, copies, users, line ends, programs built."""

from __future__ import annotations

from collections.abc import Callable

from libccheck.dockerfile import gobuild, nativebuild
from libccheck.dockerfile.building import Output, Site, option, positional
from libccheck.dockerfile.files import Placed
from libccheck.dockerfile.installing import INSTALLERS, install
from libccheck.dockerfile.made import Made, Unknown
from libccheck.dockerfile.shell import UNKNOWN, Command, joined
from libccheck.dockerfile.stage import Built
from libccheck.model import Directory, File, Link

_HARMLESS = frozenset(
    (
        *("true", ":", "set", "echo", "printf", "test", "[", "[[", "rm", "rmdir", "ls", "cat", "grep"),
        *("date", "uname", "env", "which", "apt-cache", "apt-mark", "ldconfig", "ldd", "file", "strip", "upx"),
        *("chown", "sleep", "exit", "read", "umask", "update-ca-certificates", "id", "whoami", "git", "sha256sum"),
        *("sha1sum", "md5sum", "gpg", "pwd", "hash", "touch", "go", "cargo", "rustup", "apt", "dpkg", "find"),
        *("xargs"),
    )
)


def run(command: Command, built: Built, site: Site) -> None:
    """Follow one command."""
    name = command.name
    if name in INSTALLERS:
        install(command, built, site)
        return
    reader = _READERS.get(name) or (_compile if nativebuild.is_compiler(name) else None)
    if reader is not None:
        reader(command, built, site)
    elif command.output and not command.output.startswith("/dev/"):
        path = joined(command.cwd, command.output)
        built.files.place(Placed(path, site.line, entry=Unknown(f"line {site.line} writes it by {name}"), below=False))
    elif name not in _HARMLESS and UNKNOWN not in name:
        built.opaque.append(site.line)


def _put(built: Built, site: Site, outputs: list[Output]) -> None:
    for each in outputs:
        if UNKNOWN in each.path:
            built.opaque.append(site.line)
            continue
        built.files.place(Placed(each.path, site.line, each.below, entry=Made(each.build, built.number)))


def _go(command: Command, built: Built, site: Site) -> None:
    if command.words[1:2] in (("build",), ("install",)):
        _put(built, site, gobuild.outputs(command, site))


def _cargo(command: Command, built: Built, site: Site) -> None:
    _put(built, site, nativebuild.cargo(command, site))


def _compile(command: Command, built: Built, site: Site) -> None:
    _put(built, site, nativebuild.compiled(command, site))


def _chmod(command: Command, built: Built, site: Site) -> None:  # noqa: ARG001
    words = [each for each in command.words[1:] if not each.startswith("--") and each not in ("-R", "-v", "-f")]
    if len(words) < 2:
        return
    mode = _mode(words[0])
    if mode is None:
        return
    for path in words[1:]:
        directory = joined(command.cwd, path.rpartition("/")[0] or ".") if "*" in path else joined(command.cwd, path)
        built.files.change(directory, below="-R" in command.words or "*" in path, mode=mode)


def _mode(text: str) -> int | None:
    """0755 and the like; of the symbolic ones those that make a file executable."""
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return int(text, 8) if not set(text) & {"8", "9"} else None
    return 0o755 if "+" in text and "x" in text.partition("+")[2] else None


def _directory(command: Command, built: Built, site: Site) -> None:
    for each in positional(command.words[1:], ("-m", "--mode")):
        path = joined(command.cwd, each)
        if UNKNOWN not in path and not built.files.is_directory(path):
            built.files.place(Placed(path, site.line, entry=Directory(0o755, 0, 0), below=False))


def _copy(command: Command, built: Built, site: Site) -> None:
    """cp, mv, install and ln: the same files at another path."""
    if command.name == "install" and {"-d", "--directory"} & set(command.words):
        _directory(command, built, site)
        return
    words = positional(command.words[1:], ("-m", "-o", "-g", "-t", "--mode", "--owner", "--group"))
    directory = option(command.words, "-t")
    sources, target = (words, directory) if directory else (words[:-1], words[-1] if len(words) > 1 else None)
    if target is None or UNKNOWN in target:
        return
    place = joined(command.cwd, target)
    into = target.endswith("/") or len(sources) > 1 or built.files.is_directory(place)
    mode = _mode(option(command.words, "-m", "--mode") or ("0755" if command.name == "install" else ""))
    for each in sources:
        source = joined(command.cwd, each)
        path = f"{place.rstrip('/')}/{source.rpartition('/')[2]}" if into else place
        if UNKNOWN in each or "*" in each:
            built.files.place(Placed(place, site.line, entry=Unknown(f"line {site.line} copies it from {each}")))
            continue
        if command.name == "ln":
            built.files.place(
                Placed(
                    path, site.line, entry=Link(each if "-s" in "".join(command.words[1:2]) else source), below=False
                )
            )
            continue
        found = built.files.find(built.files.landing(source))
        if found is not None and not isinstance(found.entry, Directory):
            if found.context is not None and isinstance(found.entry, File):
                built.files.place(
                    Placed(
                        path,
                        site.line,
                        context=found.context,
                        mode=mode if mode is not None else found.mode,
                        below=False,
                    )
                )
            else:
                built.files.place(
                    Placed(
                        path, site.line, entry=found.entry, mode=mode if mode is not None else found.mode, below=False
                    )
                )
        elif found is None:
            built.files.place(Placed(path, site.line, entry=Unknown(f"line {site.line} copies it from {source}")))


def _unix_lines(command: Command, built: Built, site: Site) -> None:  # noqa: ARG001
    words = command.words[1:]
    if command.name == "sed" and not any("\\r" in each for each in words):
        return
    for each in positional(words, ("-e",)):
        if "\\r" not in each:
            path = joined(command.cwd, each)
            built.files.change(path.rpartition("/")[0] if "*" in path else path, below="*" in path, unix=True)


def _add_user(command: Command, built: Built, site: Site) -> None:  # noqa: ARG001
    words = positional(
        command.words[1:],
        (
            (
                *("-u", "-g", "-G", "-h", "-s", "-d", "-c", "-k", "-p", "--uid", "--gid", "--home", "--shell"),
                *("--gecos", "--ingroup", "--groups", "--home-dir", "--comment", "--password"),
            )
        ),
    )
    if command.name in ("addgroup", "groupadd"):
        built.groups.update(words[-1:])
        return
    built.users.update(words[:1] if command.name == "adduser" else words[-1:])
    built.groups.update(words[:1] if command.name == "adduser" else words[-1:])


def _download(command: Command, built: Built, site: Site) -> None:
    output = command.output or option(command.words, "-o", "-O", "--output", "--output-document")
    if output and UNKNOWN not in output and output != "-" and not output.startswith("/dev/"):
        reason = f"line {site.line} downloads it"
        built.files.place(Placed(joined(command.cwd, output), site.line, entry=Unknown(reason), below=False))
    else:
        built.opaque.append(site.line)


_READERS: dict[str, Callable[[Command, Built, Site], None]] = {
    "go": _go,
    "cargo": _cargo,
    "chmod": _chmod,
    "mkdir": _directory,
    **dict.fromkeys(("cp", "mv", "install", "ln"), _copy),
    **dict.fromkeys(("dos2unix", "sed"), _unix_lines),
    **dict.fromkeys(("adduser", "useradd", "addgroup", "groupadd"), _add_user),
    **dict.fromkeys(("curl", "wget"), _download),
}
