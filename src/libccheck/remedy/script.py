"""Ways out for scripts: line ends, a byte order mark, a `#!` line that names what the image has, the execute bit."""

from __future__ import annotations

import re
import shlex

from libccheck.model import File, Finding
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case, first_error
from libccheck.remedy.commands import Command, command, word
from libccheck.remedy.offer import FILE, Offer, offered

_SHELLS = ("bash", "ash", "dash", "ksh", "zsh", "sh")
_BY_ENDING = {
    # what a name ends in, and what runs such files
    "py": "python3",
    "pl": "perl",
    "rb": "ruby",
    "js": "node",
    "mjs": "node",
    "cjs": "node",
    "php": "php",
    "lua": "lua",
    "tcl": "tclsh",
}
_PLACES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin")
_BOM = b"\xef\xbb\xbf"
_BASIS = "predicted for the file with this change made"
_MOST_EDITS = 3
_CARRIAGE_RETURN = re.compile(rb"\r(?=\n|\Z)")


class _Edit(NamedTuple):
    """One change of the file: what it is, the commands that make it, bytes and mode after it, what to be sure of."""

    title: str
    commands: tuple[Command, ...]
    data: bytes
    mode: int
    proviso: str = ""


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """One remedy of as many edits as it takes: a script may have CRLF line ends and name a shell that is not there."""
    if case.check.program.content.elf is not None:
        return ()
    data, mode = bytes(case.check.program.data), case.check.program.mode
    edits: list[_Edit] = []
    while len(edits) < _MOST_EDITS:
        edit = _edit(case, data, mode, finding)
        if edit is None:
            return ()
        edits.append(edit)
        data, mode = edit.data, edit.mode
        result = case.with_bytes(data, mode)
        failed = first_error(result)
        if failed is None and data == case.check.program.data:
            return ()  # the mode alone: that is told by its own module, with another way to set it
        if failed is None:
            title = ", and ".join(each.title for each in edits)
            provisos = "".join(f", {each.proviso}" for each in edits if each.proviso)
            commands = [command for each in edits for command in each.commands]
            return offered(FILE, title, commands, result, _BASIS + provisos)
        finding = failed
    return ()


def _edit(case: Case, data: bytes, mode: int, finding: Finding) -> _Edit | None:
    name = word(case.check.program.path)
    if finding.code == "LC104" and mode & 0o111 != 0o111:
        return _Edit("set the execute bit", (command("chmod", program=name),), data, mode | 0o111)
    if finding.code == "LC106":
        commands = (command("line-ends", program=name), command("git-line-ends", pattern=_attributes(case)))
        proviso = "the line in .gitattributes keeps git from bringing CRLF back"
        return _Edit("give it LF line ends", commands, _CARRIAGE_RETURN.sub(b"", data), mode, proviso)
    if finding.code == "LC105":
        return _other_interpreter(case, data, mode, finding)
    if finding.code == "LC107" and data.startswith(_BOM + b"#!"):
        changed = command("byte-order-mark", program=name)
        return _Edit("remove the byte order mark before #!", (changed,), data[len(_BOM) :], mode)
    if finding.code == "LC107" and data and _is_text(data[:256]) and not data.startswith(b"#!"):
        return _first_line(case, data, mode)
    return None


def _first_line(case: Case, data: bytes, mode: int) -> _Edit | None:
    """By the ending of its name; a name without one that is known may be a shell script's."""
    ending = case.file_name.rpartition(".")[2].lower() if "." in case.file_name else ""
    plain = "sh" if not ending or ending.isdigit() else None
    name = ending if ending in _SHELLS else _BY_ENDING.get(ending, plain)
    path = _place(case, name) if name is not None else None
    if path is None:
        return None
    changed = command("new-first-line", insertion=shlex.quote(f"1i #!{path}"), program=word(case.check.program.path))
    proviso = "" if path.endswith(f"/{ending}") or ending in _BY_ENDING else "if it is a shell script"
    return _Edit(f"begin it with #!{path}", (changed,), f"#!{path}\n".encode() + data, mode, proviso)


def _other_interpreter(case: Case, data: bytes, mode: int, finding: Finding) -> _Edit | None:
    """The same interpreter where the image has it; for a shell script, the image's own shell."""
    first, newline, rest = data.partition(b"\n")
    if not first.startswith(b"#!") or b"\r" in first:
        return None  # of line ends that are CR alone, the first line is the whole script
    words = finding.subject.split()
    name = words[0].rpartition("/")[2] if words else ""
    path = _place(case, name)
    if path is None:
        return None
    line = f"#!{path}{_argument(first, name, finding)}"
    edit = shlex.quote("1s|^#!.*|{}|".format(re.sub(r"([\\\\&|])", r"\\\1", line)))
    commands = (command("other-first-line", edit=edit, program=word(case.check.program.path)),)
    changed = line.encode("utf-8", "surrogateescape") + newline + rest
    proviso = "" if path.endswith(f"/{name}") else f"if the script uses no feature of {name} alone"
    return _Edit(f"name an interpreter that is there: {path}", commands, changed, mode, proviso)


def _argument(first: bytes, name: str, finding: Finding) -> str:
    """What stood behind the interpreter, to be kept."""
    words = first[2:].decode("utf-8", "surrogateescape").split()
    if words and words[0].rpartition("/")[2] == "env":
        words = words[1:]
    if words and words[0] == "-S":
        words = words[1:]
    kept = words[1:] if words and words[0].rpartition("/")[2] == name else finding.subject.split()[1:]
    return "".join(f" {each}" for each in kept)


def _place(case: Case, name: str) -> str | None:
    names = [name] + (["sh"] if name in _SHELLS and name != "sh" else [])
    places = _PLACES if name in _SHELLS else ("/usr/bin", *_PLACES)
    paths = [f"{place}/{each}" for each in names for place in places]
    return next((path for path in paths if isinstance(case.tree.resolve(path).node, File)), None)


def _is_text(head: bytes) -> bool:
    return all(byte in b"\t\n\r" or 32 <= byte < 127 or byte >= 128 for byte in head)


def _attributes(case: Case) -> str:
    """The line of .gitattributes for all files of that kind; for this one where its name has no ending."""
    name = case.file_name
    stem, dot, ending = name.rpartition(".")
    if stem and dot and ending.isascii() and ending.isalnum():
        name = f"*.{ending}"
    plain = all(each.isascii() and (each.isalnum() or each in "_-.") for each in name.removeprefix("*"))
    return shlex.quote(f"{name} text eol=lf" if plain else "* text=auto eol=lf")
