"""What differs from one release of glibc to the next, as far as it shows: by the loader's own words, else by number."""

from __future__ import annotations

from libccheck.model import Loader

_ERRNOS = {
    # elf/dl-minimal.c, __strerror_r: all others are printed as a number
    "ENOMEM": "Cannot allocate memory",
    "EINVAL": "Invalid argument",
    "ENOENT": "No such file or directory",
    "EPERM": "Operation not permitted",
    "EIO": "Input/output error",
    "EACCES": "Permission denied",
}
_NUMBERS = {"ENXIO": 6, "ENODEV": 19, "ENOTDIR": 20, "EISDIR": 21, "ENAMETOOLONG": 36, "ELOOP": 40}

_MATCH_LINES = ((39, 106), (36, 107), (35, 106), (32, 105), (30, 111), (28, 112), (27, 111), (20, 128), (0, 167))
_NEEDED_LINES = ((35, 204), (27, 205), (0, 224))


class Release:
    """A loader's release as (major, minor), and what `identify` saw in it."""

    __slots__ = ("_values", "number")

    def __init__(self, number: tuple[int, int], markers: tuple[str, ...]) -> None:
        self.number = number
        self._values = {name: value for name, _, value in (each.partition("=") for each in markers)}

    def since(self, minor: int) -> bool:
        return self.number >= (2, minor)

    def has(self, marker: str) -> bool:
        return marker in self._values

    def value(self, marker: str) -> str | None:
        return self._values.get(marker) or None

    def name_match(self) -> tuple[int, str] | None:
        """Line and text of the assertion in check_match(); None where it is gone, since 2.41.

        The line is in the code; where that cannot be read, it is that of the source: compilers before GCC 9 counted a
        macro by its last line.
        """
        if not self.has("check-match") and (self.since(41) or self.has("loader")):
            return None
        null = "NULL" if self.since(23) else "((void *)0)"
        text = (
            self.value("check-match") or f"version->filename == {null} || ! _dl_name_match_p (version->filename, map)"
        )
        return self._line("check-match-line", _MATCH_LINES), text

    def needed(self) -> tuple[int, str]:
        """The same of the assertion in _dl_check_map_versions() that every file named in a need is loaded."""
        text = "needed != NULL" if self.has("needed") or self.since(23) else "needed != ((void *)0)"
        return self._line("needed-line", _NEEDED_LINES), text

    def _line(self, marker: str, lines: tuple[tuple[int, int], ...]) -> int:
        found = self.value(marker)
        return int(found) if found else next(line for first, line in lines if self.number[1] >= first)


def release(loader: Loader) -> Release | None:
    """The release of a glibc loader; None where it cannot be told."""
    parts = (loader.version or "").split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return None
    number = (int(parts[0]), int(parts[1]))
    if len(parts) > 2 and parts[2].isdigit() and int(parts[2]) >= 90:
        number = (number[0], number[1] + 1)  # 2.42.9000 is on its way to 2.43
    return Release(number, loader.markers)


def strerror(errno: str) -> str:
    return _ERRNOS.get(errno) or f"Error {_NUMBERS.get(errno, 5)}"
