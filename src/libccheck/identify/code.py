"""Facts that a loader holds only in its machine code: bounds, and the line numbers of its assertions."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from libccheck.identify.facts import Facts

_I386, _MIPS, _PPC, _PPC64, _S390, _ARM, _X86_64, _AARCH64, _RISCV = 3, 8, 20, 21, 22, 40, 62, 183, 243

_NEAR = 32  # bytes of code between taking the address of a message and passing a number with it
_START = 768  # bytes of code from the entry point that hold `_dlstart_c`

_COMPARISONS = {
    # machine: how an unsigned comparison with the number N, one byte, looks
    _I386: rb"\x83[\xf8-\xff]N",  # cmp r32, N
    _X86_64: rb"[\x48\x49]\x83[\xf8-\xff]N",  # cmp r64, N
    _ARM: rb"N\x00[\x50-\x5e]\xe3|N[\x28-\x2f]",  # cmp rn, N, also in Thumb code
    _PPC64: rb"N\x00[\x00-\xff][\x28-\x2b]",  # cmpldi rn, N
    _S390: rb"\xec[\x00-\xff]{3}N[\x7c\x7d]",  # clgij rn, N
}

_KERNEL = rb"(?<![\x39\x3b\x83\x89\x8b\x8d])\x3d(..[\x02-\x09]\0)(?:[\x7e\x7f]|\x0f[\x8e\x8f])"
"""cmp eax, N; jle or jg. What stands before must not make another instruction of it."""

_PASSED = {
    # machine: how a number is passed as third argument
    _I386: rb"\x68(..\0\0)|\x6a([\x20-\xff])|\xb9(..\0\0)",  # push N; mov ecx, N
    _X86_64: rb"\xba(..\0\0)",  # mov edx, N
}


def dynamic_bound(facts: Facts) -> int | None:
    """How many tags of a dynamic section musl's `_dlstart_c` looks at (DYN_CNT): 37 with DT_RELR, else 32.

    The entry point calls that function, which mostly follows it; it walks the auxiliary vector (AUX_CNT, 32), then the
    dynamic section, and compares in both walks. None where the code of that machine is not known.
    """
    code = _at(facts, facts.elf.entry & ~1)
    code += _at(facts, _first_call(facts.elf.machine, code, facts.elf.entry))
    many, few = (_compares(facts.elf.machine, code, last) for last in (36, 31))
    if many and few:
        return 37
    return 32 if few >= 2 and not many else None


def assertion_line(facts: Facts, expression: bytes) -> int | None:
    """The line number that goes with the assertion of this text; None where the code of that machine is not known."""
    lines = (line for code, at in _references(facts, expression) for line in _passed(facts.elf.machine, code, at))
    return next(lines, None)


def lines(facts: Facts, message: bytes) -> tuple[int, ...]:
    """The numbers that go with this message as fourth argument, sorted, on x86_64; the message is the second."""
    address = facts.address(message)
    if facts.elf.machine != _X86_64 or address is None:
        return ()
    found: set[int] = set()
    for start, code in facts.code:
        for at in _all(code, b"\x48\x8d\x35"):  # lea rsi, [rip + distance]
            if start + at + 7 + int.from_bytes(code[at + 3 : at + 7], "little", signed=True) == address:
                around = code[max(0, at - _NEAR) : at + _NEAR]
                found.update(int.from_bytes(each, "little") for each in re.findall(rb"\xb9(..\0\0)", around, re.S))
    return tuple(sorted(found))


def kernel_minimum(facts: Facts) -> str | None:
    """The oldest kernel that glibc's loader accepts: the number that it compares with, then jumps where it is less."""
    if facts.elf.machine not in (_I386, _X86_64):
        return None
    for _, code in facts.code:
        found = re.search(_KERNEL, code, re.S)
        if found:
            number = int.from_bytes(found[1], "little") + 1
            return f"{number >> 16}.{number >> 8 & 0xFF}.{number & 0xFF}"
    return None


def levels(facts: Facts, message: bytes) -> tuple[int, ...]:
    """The numbers from 2 to 9 that go with this message as second argument, on x86_64."""
    if facts.elf.machine != _X86_64:
        return ()
    around = [code[max(0, at - _NEAR) : at + _NEAR] for code, at in _references(facts, message)]
    return tuple(sorted({each[0] for code in around for each in re.findall(rb"\xbe([\x02-\x09])\0\0\0", code)}))


def passes(facts: Facts, number: int) -> bool:
    """Whether the code anywhere passes this number as third argument, as an assertion does with its line."""
    low, high = number & 0xFF, number >> 8
    patterns = {
        _I386: (b"\x68" + number.to_bytes(4, "little"),),  # push N
        _X86_64: (b"\xba" + number.to_bytes(4, "little"),),  # mov edx, N
        _AARCH64: ((0x52800002 | number << 5).to_bytes(4, "little"),),  # mov w2, N
        _ARM: (bytes((low, high | 0x20, 0, 0xE3)), bytes((0x40, 0xF2, low, high << 4 | 2))),  # movw r2, N
        _MIPS: (bytes((low, high, 0x06, 0x24)), bytes((0x24, 0x06, high, low))),  # li a2, N
        _PPC: (bytes((0x38, 0xA0, high, low)),),  # li r5, N
        _PPC64: (bytes((low, high, 0xA0, 0x38)), bytes((0x38, 0xA0, high, low))),  # li r5, N
        _S390: (bytes((0xA7, 0x49, high, low)),),  # lghi r4, N
        _RISCV: ((0x613 | number << 20).to_bytes(4, "little"),),  # li a2, N
    }.get(facts.elf.machine, ())
    return any(pattern in code for pattern in patterns for _, code in facts.code)


def _compares(machine: int, code: bytes, number: int) -> int:
    """How often the code compares with this number."""
    if machine == _RISCV:  # it loads the number first: li rd, N, in two bytes where N is less than 32
        if number < 32:
            halves = (code[at] | code[at + 1] << 8 for at in range(0, len(code) - 1, 2))
            return sum(half & 0xF07F == 0x4001 | number << 2 for half in halves)
        pattern = rb"[\x13\x93][\x00-\x0f]" + re.escape((number << 4).to_bytes(2, "little"))
    elif machine == _AARCH64:  # cmp xn, N
        return sum(word & 0xFFFFFC1F == 0xF100001F | number << 10 for word in _words(code))
    elif machine in _COMPARISONS:
        pattern = _COMPARISONS[machine].replace(b"N", re.escape(bytes((number,))))
    else:
        return 0
    return len(re.findall(pattern, code, re.S))


def _passed(machine: int, code: bytes, at: int) -> list[int]:
    """The numbers that are passed as third argument near this place."""
    around = code[max(0, at - _NEAR) : at + _NEAR]
    if machine == _AARCH64:  # mov w2, N
        return [word >> 5 & 0xFFFF for word in _words(around) if word & 0xFFE0001F == 0x52800002]
    found = re.finditer(_PASSED[machine], around, re.S)
    return [int.from_bytes(each[each.lastindex or 0], "little") for each in found]


def _references(facts: Facts, constant: bytes) -> Iterator[tuple[bytes, int]]:
    """Where the code takes the address of the string with this part: a segment's bytes, and the offset in them."""
    address = facts.address(constant)
    if address is None:
        return
    machine = facts.elf.machine
    for start, code in facts.code:
        if machine == _X86_64:  # lea rdi, [rip + distance]
            for at in _all(code, b"\x48\x8d\x3d"):
                if start + at + 7 + int.from_bytes(code[at + 3 : at + 7], "little", signed=True) == address:
                    yield code, at + 7
        elif machine == _I386:  # lea r32, [ebx + distance from the global offset table]
            for at in _all(code, (address - facts.got & 0xFFFFFFFF).to_bytes(4, "little")):
                if code[at - 2 : at - 1] == b"\x8d" and 0x80 <= code[at - 1] < 0xC0:
                    yield code, at + 4
        elif machine == _AARCH64:  # adrp x0, page; add x0, x0, offset in the page
            for at in _all(code, (0x91000000 | (address & 0xFFF) << 10).to_bytes(4, "little")):
                if at % 4 == 0 and _page(code[max(0, at - _NEAR) : at], start + at) == address >> 12:
                    yield code, at + 4


def _page(code: bytes, end: int) -> int | None:
    """The page of the last adrp x0 before this address."""
    for back, word in enumerate(reversed(list(_words(code))), 1):
        if word & 0x9F00001F == 0x90000000:
            distance = (word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3
            return (end - 4 * back >> 12) + _signed(distance, 21)
    return None


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number


def _at(facts: Facts, address: int | None) -> bytes:
    """The code from this address on."""
    for start, code in facts.code:
        if address is not None and start <= address < start + len(code):
            return code[address - start : address - start + _START]
    return b""


def _first_call(machine: int, code: bytes, start: int) -> int | None:
    """Where the first call or jump of this code goes."""
    if machine in (_I386, _X86_64):
        found = re.search(rb"[\xe8\xe9](....)", code[:64], re.S)
        return start + found.end() + int.from_bytes(found[1], "little", signed=True) if found else None
    for at, word in enumerate(_words(code[:64])):
        if machine == _AARCH64 and word & 0x7C000000 == 0x14000000:
            return start + 4 * at + _signed(word & 0x3FFFFFF, 26) * 4
        if machine == _PPC64 and word >> 26 == 18:
            return start + 4 * at + _signed(word & 0x3FFFFFC, 26)
    return None


def _words(code: bytes) -> Iterator[int]:
    return (word for (word,) in struct.iter_unpack("<I", code[: len(code) & ~3]))


def _all(code: bytes, pattern: bytes) -> Iterator[int]:
    at = code.find(pattern)
    while at >= 0:
        yield at
        at = code.find(pattern, at + 1)
