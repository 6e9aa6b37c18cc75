"""Libraries that a program says it loads later: the ELF notes of dlopen metadata (`.note.dlopen`)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from libccheck.advice.situation import Situation, missing
from libccheck.model import Elf, Finding

_PT_NOTE = 4
_OWNER, _TYPE = b"FDO\0", 0x407C0C0A
_MOST_BYTES = 1 << 16
_USUAL = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
_OPTIONAL = "suggested"


def advice(situation: Situation) -> list[Finding]:
    """One finding for each feature of which no library is there; what is only suggested may be absent."""
    elf = situation.check.program.content.elf
    notes = _notes(elf, situation.check.program.data) if elf else iter(())
    wanted = [each for each in notes if each.get("priority", "recommended") != _OPTIONAL]
    if not wanted:
        return []
    directories = _directories(situation)
    found = []
    for note in wanted:
        names = [each for each in note.get("soname", ()) if isinstance(each, str)]
        if names and not any(situation.has(f"{directory}/{name}") for directory in directories for name in names):
            about = f" for {note['feature']}" if isinstance(note.get("feature"), str) else ""
            message = f"it loads {' or '.join(names)} later{about}, and the image has none of them"
            found.append(missing("LC312", names[0], message, (names[0], f"note of {situation.name}")))
    return found


def _directories(situation: Situation) -> list[str]:
    """Where its other libraries were found, and the usual places; those of Debian with the machine's triplet."""
    beside = [each.path.rpartition("/")[0] for each in situation.check.launch.objects]
    triplet = f"{situation.check.host.machine}-linux-gnu"
    debian = [f"/lib/{triplet}", f"/usr/lib/{triplet}"]
    path = [each for each in situation.variable("LD_LIBRARY_PATH").split(":") if each]
    return list(dict.fromkeys([*path, *beside, *_USUAL, *debian]))


def _notes(elf: Elf, data: Any) -> Iterator[dict[str, Any]]:
    order = "<" if elf.little_endian else ">"
    for segment in elf.segments:
        if segment.type != _PT_NOTE:
            continue
        text = bytes(data[segment.offset : segment.offset + min(segment.filesz, _MOST_BYTES)])
        at = 0
        while at + 12 <= len(text):
            name_size, size, kind = struct.unpack_from(f"{order}III", text, at)
            name = text[at + 12 : at + 12 + name_size]
            start = at + 12 + -(-name_size // 4) * 4
            if kind == _TYPE and name == _OWNER:
                yield from _parsed(text[start : start + size])
            at = start + -(-size // 4) * 4


def _parsed(text: bytes) -> list[dict[str, Any]]:
    try:
        entries = json.loads(text.rstrip(b"\0"))
    except ValueError:
        return []
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
