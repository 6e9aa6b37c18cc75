"""Ways out for scripts: line ends, a byte order mark, a `#!` line that names what the image has, the execute bit."""

from __future__ import annotations

import shlex

from libccheck.model import File, Finding, Remedy
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case, first_error, proven

_SHELLS = ("bash", "ash", "dash", "ksh", "zsh", "sh")
_PLACES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin")
_BOM = b"\xef\xbb\xbf"
_BASIS = "predicted for the file with this change made"
_MOST_EDITS = 3


class _Edit(NamedTuple):
    """One change of the file: what it is, the command that makes it, bytes and mode after it, what to be sure of."""

    title: str
    command: str
    data: bytes
    mode: int
    proviso: str = ""


def remedies(case: Case, finding: Finding) -> tuple[Remedy, ...]:
    """One remedy of as many edits as it takes: a script may have CRLF line ends and name a shell that is not there."""
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
            return proven(title, tuple(each.command for each in edits), result, _BASIS + provisos)
        finding = failed
    return ()


def _edit(case: Case, data: bytes, mode: int, finding: Finding) -> _Edit | None:
    if finding.code == "LC104" and mode & 0o111 != 0o111:
        return _Edit("set the execute bit", f"chmod +x {_name(case)}", data, mode | 0o111)
    if finding.code == "LC106":
        command = f"sed -i 's/\\r$//' {_name(case)}"
        return _Edit("give it LF line ends", command, data.replace(b"\r\n", b"\n"), mode)
    if finding.code == "LC105":
        return _other_interpreter(case, data, mode, finding)
    if finding.code == "LC107" and data.startswith(_BOM + b"#!"):
        command = f"sed -i '1s/^\\xEF\\xBB\\xBF//' {_name(case)}"
        return _Edit("remove the byte order mark before #!", command, data[len(_BOM) :], mode)
    if finding.code == "LC107" and data and _is_text(data[:256]) and not data.startswith(b"#!"):
        command = f"sed -i '1i #!/bin/sh' {_name(case)}"
        return _Edit("begin it with #!/bin/sh", command, b"#!/bin/sh\n" + data, mode, "if it is a shell script")
    return None


def _other_interpreter(case: Case, data: bytes, mode: int, finding: Finding) -> _Edit | None:
    """The same interpreter where the image has it; for a shell script, the image's own shell."""
    first, newline, rest = data.partition(b"\n")
    if not first.startswith(b"#!"):
        return None
    words = finding.subject.split()
    name = words[0].rpartition("/")[2] if words else ""
    path = _place(case, name)
    if path is None:
        return None
    line = f"#!{path}{_argument(first, name, finding)}"
    command = f"sed -i {shlex.quote(f'1s|^#!.*|{line}|')} {_name(case)}"
    changed = line.encode("utf-8", "surrogateescape") + newline + rest
    proviso = "" if path.endswith(f"/{name}") else f"if the script uses no feature of {name} alone"
    return _Edit(f"name an interpreter that is there: {path}", command, changed, mode, proviso)


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
    paths = [f"{place}/{each}" for each in names for place in _PLACES]
    return next((path for path in paths if isinstance(case.tree.resolve(path).node, File)), None)


def _is_text(head: bytes) -> bool:
    return all(byte in b"\t\n\r" or 32 <= byte < 127 or byte >= 128 for byte in head)


def _name(case: Case) -> str:
    return shlex.quote(case.check.program.path)
