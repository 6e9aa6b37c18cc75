"""/etc/ld.so.cache in its two formats: `elf/dl-cache.c`."""

from __future__ import annotations

from struct import Struct

from libccheck.launch.glibc.state import Loading
from libccheck.model import Directory, File
from libccheck.record import NamedTuple
from libccheck.tree import may

_OLD_MAGIC = b"ld.so-1.7.0"
_NEW_MAGIC = b"glibc-ld.so.cache1.1"
_OLD_HEADER, _OLD_ENTRY = 16, 12
_NEW_HEADER, _NEW_ENTRY = 48, 24
_EXTENSION_MAGIC = 0xEAA42174
_TAG_HWCAPS = 1

# sysdeps/unix/sysv/linux/*/dl-cache.h: the flags a library must have, by (e_machine, bits, hard float)
_FLAGS = {62: 0x0303, 3: 0x0003, 183: 0x0A03, 21: 0x0503, 22: 0x0403, 243: 0x1003, 258: 0x1203}
_X32, _ARM_HARD, _ARM_SOFT, _ARM = 0x0803, 0x0903, 0x0B03, 40
_ANY_LIBC, _PLAIN = 1, 3  # FLAG_ELF counts only on machines that have no flags of their own
_NAMED_HWCAP = 1 << 62


class Cache(NamedTuple):
    """The entries in order as (name, path, flags, hwcap); `subdirectories` are the names that hwcap counts."""

    entries: tuple[tuple[str, str, int, int], ...]
    subdirectories: tuple[str, ...]


def look_up(loading: Loading, name: str) -> str | None:
    """The path that the cache has for this name; `loading.errno` is set where the cache cannot be opened."""
    if loading.cache is None:
        loading.cache = _load(loading)
    cache = loading.cache
    assert isinstance(cache, Cache)
    key = _key(name)
    low, high = 0, len(cache.entries) - 1
    while low <= high:
        middle = (low + high) // 2
        order = _compare(key, _key(cache.entries[middle][0]))
        if order == 0:
            return _best(loading, cache, key, middle, high)
        # The table is sorted downwards.
        low, high = (middle + 1, high) if order < 0 else (low, middle - 1)
    return None


def parse(data: bytes, little_endian: bool) -> Cache | None:
    """None for what is no cache."""
    order = "<" if little_endian else ">"
    if data.startswith(_NEW_MAGIC):
        return _new(data, 0, order)
    if not data.startswith(_OLD_MAGIC) or len(data) <= _OLD_HEADER:
        return None
    count = Struct(order + "I").unpack_from(data, 12)[0]
    if (len(data) - _OLD_HEADER) // _OLD_ENTRY < count:
        return None
    strings = _OLD_HEADER + count * _OLD_ENTRY
    align = -(-strings // 8) * 8
    if data[align : align + len(_NEW_MAGIC)] == _NEW_MAGIC:
        found = _new(data, align, order)
        if found is not None:
            return found
    entries = []
    for flags, key, value in Struct(order + "iII").iter_unpack(data[_OLD_HEADER:strings]):
        entries.append((_string(data, strings + key), _string(data, strings + value), flags, 0))
    return Cache(tuple(entries), ())


def _load(loading: Loading) -> Cache:
    """_dl_sysdep_read_whole_file(), then the format."""
    path = loading.release.value("cache")
    if path is None:
        return Cache((), ())
    found = loading.tree.resolve(path, user=loading.user)
    node = found.node
    errno = found.errno
    if errno is None and not (node is not None and may(node, loading.user, 4)):
        errno = "EACCES"
    if errno is not None:
        loading.errno = errno
        return Cache((), ())
    if isinstance(node, Directory):
        loading.errno = "ENODEV"
    text = node.load().text if isinstance(node, File) else None
    return (parse(text, loading.chain[0].elf.little_endian) if text else None) or Cache((), ())


def _new(data: bytes, start: int, order: str) -> Cache | None:
    if len(data) <= start + _NEW_HEADER:
        return None
    count, _, endian = Struct(order + "IIB").unpack_from(data, start + 20)
    if (len(data) - start - _NEW_HEADER) // _NEW_ENTRY < count or endian not in (0, 2 if order == "<" else 3):
        return None
    entries = []
    table = data[start + _NEW_HEADER : start + _NEW_HEADER + count * _NEW_ENTRY]
    for flags, key, value, _, hwcap in Struct(order + "iIIIQ").iter_unpack(table):
        entries.append((_string(data, start + key), _string(data, start + value), flags, hwcap))
    return Cache(tuple(entries), _subdirectories(data, start, order))


def _subdirectories(data: bytes, start: int, order: str) -> tuple[str, ...]:
    """The names of the glibc-hwcaps subdirectories: the extension section of tag 1, an array of string offsets."""
    word = Struct(order + "I")
    at = word.unpack_from(data, start + 32)[0]
    if not at or at % 4 or at + 8 > len(data):
        return ()
    magic, count = Struct(order + "II").unpack_from(data, at)
    if magic != _EXTENSION_MAGIC or at + 8 + 16 * count > len(data):
        return ()
    found: tuple[str, ...] = ()
    for tag, _, offset, size in Struct(order + "IIII").iter_unpack(data[at + 8 : at + 8 + 16 * count]):
        if offset + size > len(data):
            return ()
        if tag == _TAG_HWCAPS and not offset % 4 and not size % 4:
            found = tuple([_string(data, each) for (each,) in word.iter_unpack(data[offset : offset + size])])
    return found


def _best(loading: Loading, cache: Cache, key: list[int | str], middle: int, high: int) -> str | None:
    """The best of the entries of one name: a named subdirectory by its rank, else the first that fits."""
    entries = cache.entries
    first = middle
    while first > 0 and _compare(key, _key(entries[first - 1][0])) == 0:
        first -= 1
    best: str | None = None
    best_rank = 0
    wanted = _flags(loading)
    for position in range(first, high + 1):
        name, path, flags, hwcap = entries[position]
        if position > middle and _compare(key, _key(name)) != 0:
            break
        if flags != wanted and not (flags == _ANY_LIBC and wanted == _PLAIN):
            continue
        if _named(hwcap):
            rank = _rank(loading, cache, hwcap)
            if rank and (best is None or rank < best_rank):
                best, best_rank = path, rank
            continue
        if best is not None:
            break
        if hwcap:
            continue
        best = path
        if flags == wanted:
            break
    return best


def _named(hwcap: int) -> bool:
    return hwcap >> 32 & 0xFFFFFC00 == _NAMED_HWCAP >> 32


def _rank(loading: Loading, cache: Cache, hwcap: int) -> int:
    number = hwcap & 0xFFFFFFFF
    level = hwcap >> 32 & 0x3FF
    if number >= len(cache.subdirectories) or (level and not _level_fits(loading, level)):
        return 0
    place = f"glibc-hwcaps/{cache.subdirectories[number]}/"
    return loading.subdirectories.index(place) + 1 if place in loading.subdirectories else 0


def _level_fits(loading: Loading, level: int) -> bool:
    return loading.host.isa_level is None or level <= loading.host.isa_level


def _flags(loading: Loading) -> int:
    elf = loading.chain[0].elf
    if elf.machine == _ARM:
        return _ARM_HARD if elf.flags & 0x400 else _ARM_SOFT
    if elf.machine == 62 and elf.bits == 32:
        return _X32
    return _FLAGS.get(elf.machine, 0x0003)


def _string(data: bytes, at: int) -> str:
    end = data.find(b"\0", at)
    return data[at : end if end >= 0 else len(data)].decode("utf-8", "surrogateescape") if at < len(data) else ""


def _key(name: str) -> list[int | str]:
    """The name cut into numbers and characters, as _dl_cache_libcmp() compares it."""
    key: list[int | str] = []
    number = ""
    for each in name:
        if each.isdigit() and each.isascii():
            number += each
            continue
        if number:
            key.append(int(number))
            number = ""
        key.append(each)
    if number:
        key.append(int(number))
    return key


def _compare(one: list[int | str], other: list[int | str]) -> int:
    """Numbers stand above characters."""
    for left, right in zip(one, other, strict=False):
        if left == right:
            continue
        if isinstance(left, int):
            return left - right if isinstance(right, int) else 1
        if isinstance(right, int):
            return -1
        return ord(left) - ord(right)
    return len(one) - len(other)
