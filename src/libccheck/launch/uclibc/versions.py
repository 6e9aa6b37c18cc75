"""What differs between builds of uClibc's loader: their release, and what was configured."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.model import Loader
from libccheck.record import NamedTuple

_X86 = ("x86_64", "i386", "arm")  # machines whose code tells whether DT_GNU_HASH is read


class Lines(NamedTuple):
    """The source lines in messages about what cannot be mapped; None where nobody knows."""

    cache: int | None
    library: int | None
    preload: int | None


class Features(NamedTuple):
    """How this loader behaves. Paths are None, lists are empty where the feature was not built in."""

    machine: str  # as it spells it in messages
    own_name: bool  # messages begin with where /proc/self/exe leads, not with argv[0]
    tokens: bool  # $ORIGIN is known, and path lists are cut up as described in `search`
    absolute: bool  # only elements that begin with a slash are searched
    chain_scope: bool  # up to 0.9.32 the loader's own symbols come last
    gnu_hash: bool | None  # DT_GNU_HASH is read; None where nobody knows
    tls: bool
    standalone: bool  # a program may stand for a library
    names_types: bool  # relocation types have names in messages
    keeps_text: bool  # an object with text relocations is refused
    cache: str | None
    preload: str | None
    preload_variable: bool
    preload_ignored: bool  # what cannot be preloaded is passed over
    library_path: bool
    multilib: str
    default: str
    lazy: str  # the message for a function that is missing when it is called
    unresolved: str  # the end of the message for a symbol that is missing at the start
    map_lines: Lines


def features(loader: Loader) -> Features:
    """What that loader does, by its content."""
    plain = set(loader.markers)
    named = dict(each.split("=", 1) for each in loader.markers if "=" in each)
    machine = named.get("machine", "")
    hashed = "gnu-hash" in plain
    return Features(
        machine=machine,
        own_name="own-name" in plain,
        tokens="origin" in plain,
        absolute="ng" in plain,
        chain_scope="chain-scope" in plain,
        gnu_hash=hashed if hashed or machine in _X86 else None,
        tls="no-tls" not in plain,
        standalone="standalone" in plain,
        names_types="relocation-names" in plain,
        keeps_text="text-relocations" in plain,
        cache=named.get("cache"),
        preload=named.get("preload"),
        preload_variable="preload-variable" in plain,
        preload_ignored="preload-ignored" in plain,
        library_path="library-path" in plain,
        multilib=named.get("multilib", ""),
        default=named.get("default", ""),
        lazy=named.get("lazy", ""),
        unresolved=named.get("unresolved", ""),
        map_lines=_lines(named),
    )


def _lines(named: Mapping[str, str]) -> Lines:
    """In the order of the source: the cache, the first page of a library, its segments, the list of preloads."""
    found = [int(each) for each in named.get("map-lines", "").split(",") if each]
    wanted = ["cache"] * ("cache" in named) + ["page", "library"] + ["preload"] * ("preload" in named)
    known = dict(zip(wanted, found, strict=True)) if len(found) == len(wanted) else {}
    return Lines(known.get("cache"), known.get("library"), known.get("preload"))
