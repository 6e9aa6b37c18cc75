"""Which library /etc/ld.so.cache has for a name: _dl_load_cache_lookup() of `elf/dl-cache.c`."""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.launch.glibc.cachefile import BeyondError, Entry, Table, find_table
from libccheck.launch.glibc.hwcaps import old_bits
from libccheck.launch.glibc.state import Loading
from libccheck.model import Directory, File
from libccheck.tree import may

# sysdeps/unix/sysv/linux/*/dl-cache.h: the flags a library must have, by (e_machine, bits, hard float)
_FLAGS = {62: 0x0303, 3: 0x0003, 183: 0x0A03, 21: 0x0503, 22: 0x0403, 243: 0x1003, 258: 0x1203}
_X32, _ARM_HARD, _ARM_SOFT, _ARM = 0x0803, 0x0903, 0x0B03, 40
_ANY_LIBC, _PLAIN = 1, 3  # FLAG_ELF counts only on machines that have no flags of their own
_NAMED_HWCAP = 1 << 62
_X86 = (3, 62)
_NEIGHBORS = 1 << 26  # bytes: what is in memory by then lies above the cache, and nothing more for a long way
_ABSENT = object()


def look_up(loading: Loading, name: str) -> str | None:
    """The path that the cache has for this name; `loading.errno` is set where the cache cannot be opened."""
    if loading.cache is None:
        loading.cache = _load(loading) or _ABSENT
    table = loading.cache
    if not isinstance(table, Table):
        return None
    path = loading.release.value("cache") or ""
    try:
        return _searched(loading, table, name.encode("utf-8", "surrogateescape"))
    except BeyondError as beyond:
        if beyond.distance > _NEIGHBORS:
            raise loading.crash("SIGSEGV", f"{path} counts more entries than it has") from beyond
        raise loading.undecided(f"what lies in memory behind {path}", "LC902", path) from beyond


def directories(table: Table) -> Iterator[str]:
    """Where the libraries are that it lists, as far as it is sound."""
    for index in range(table.count):
        try:
            yield _decoded(table.string(table.entry(index).value)).rpartition("/")[0]
        except BeyondError:
            return


def _load(loading: Loading) -> Table | None:
    """_dl_sysdep_read_whole_file(), then the format."""
    path = loading.release.value("cache")
    if path is None:
        return None
    found = loading.tree.resolve(path, user=loading.user)
    node = found.node
    errno = found.errno
    if errno is None and not (node is not None and may(node, loading.user, 4)):
        errno = "EACCES"
    if errno is not None:
        loading.errno = errno
        return None
    if isinstance(node, Directory):
        loading.errno = "ENODEV"
    text = node.load().text if isinstance(node, File) else None
    main = loading.chain[0].elf
    return find_table(text, loading.host.page_size, main.machine, main.little_endian, loading.release) if text else None


def _searched(loading: Loading, table: Table, name: bytes) -> str | None:
    """search_cache(): by halves, the table being sorted downwards."""
    low, high = 0, _signed(table.count - 1)
    while low <= high:
        middle = (low + high) // 2
        key = table.entry(middle).key
        if key >= table.limit:
            return None
        order = compare(name, table.string(key), signed=loading.chain[0].elf.machine in _X86)
        if order == 0:
            return _best(loading, table, name, middle, high)
        low, high = (middle + 1, high) if order < 0 else (low, middle - 1)
    return None


def _best(loading: Loading, table: Table, name: bytes, middle: int, high: int) -> str | None:
    """The best of the entries of one name: a named subdirectory by its rank, else the first that fits."""
    first = middle
    while first > 0 and _is(table, table.entry(first - 1), name):
        first -= 1
    best: int | None = None
    best_rank = 0
    wanted = _flags(loading)
    for position in range(first, high + 1):
        entry = table.entry(position)
        if position > middle and not _is(table, entry, name):
            break
        if entry.flags != wanted and not (entry.flags == _ANY_LIBC and wanted == _PLAIN):
            continue
        if entry.value >= table.limit:
            continue
        if loading.release.since(33) and _named(entry.hwcap):
            rank = _rank(loading, table, entry.hwcap)
            if rank and (best is None or rank < best_rank):
                best, best_rank = entry.value, rank
            continue
        if best is not None and table.new and loading.release.since(33):
            break
        if best is not None and entry.flags != wanted and not loading.release.since(34):
            continue
        if not _is_usable(loading, entry):
            continue
        best = entry.value
        if entry.flags == wanted:
            break
    return None if best is None else _decoded(table.string(best))


def _is(table: Table, entry: Entry, name: bytes) -> bool:
    return entry.key < table.limit and not compare(name, table.string(entry.key))


def _named(hwcap: int) -> bool:
    return hwcap >> 32 & 0xFFFFFC00 == _NAMED_HWCAP >> 32


def _is_usable(loading: Loading, entry: Entry) -> bool:
    """Until 2.36 libraries in subdirectories for better processors are marked by bits, until 2.35 those that want a
    kernel by its number."""
    kernel = loading.environment.assumed_kernel or loading.host.kernel
    if kernel and not loading.release.since(36) and entry.system > _number(kernel):
        return False
    if not entry.hwcap or not loading.release.has("legacy-hwcaps"):
        return not entry.hwcap
    bits, platforms, platform = old_bits(loading.release, loading.chain[0].elf, loading.host)
    return not entry.hwcap & ~(bits | platforms) and entry.hwcap & platforms in (0, platform)


def _number(kernel: tuple[int, ...]) -> int:
    return int.from_bytes(bytes(min(each, 255) for each in (*kernel, 0, 0)[:3]), "big")


def _rank(loading: Loading, table: Table, hwcap: int) -> int:
    number = hwcap & 0xFFFFFFFF
    level = hwcap >> 32 & 0x3FF
    if number >= len(table.subdirectories) or (level and not _level_fits(loading, level)):
        return 0
    place = f"glibc-hwcaps/{_decoded(table.subdirectories[number])}/"
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


def compare(name: bytes, other: bytes, *, signed: bool = False) -> int:
    """_dl_cache_libcmp(): numbers by their value, and above characters, which on some machines have signs."""
    here = there = 0
    while here < len(name):
        left, right = _digits(name, here), _digits(other, there)
        if left and right:
            if int(left) != int(right):
                return int(left) - int(right)
            here, there = here + len(left), there + len(right)
            continue
        if left or right:
            return 1 if left else -1
        difference = _character(name, here, signed) - _character(other, there, signed)
        if difference:
            return difference
        here, there = here + 1, there + 1
    return -_character(other, there, signed)


def _digits(text: bytes, at: int) -> bytes:
    end = at
    while end < len(text) and 48 <= text[end] <= 57:
        end += 1
    return text[at:end]


def _character(text: bytes, at: int, signed: bool) -> int:
    value = text[at] if at < len(text) else 0
    return value - 256 if signed and value > 127 else value


def _signed(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
