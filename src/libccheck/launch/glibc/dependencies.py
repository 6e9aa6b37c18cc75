"""Loading what the objects need, breadth first, and the order of relocation: `elf/dl-deps.c`, `elf/dl-sort-maps.c`."""

from __future__ import annotations

from libccheck.launch.glibc.paths import expanded, find
from libccheck.launch.glibc.state import Loading, Object, Signalled

_DT_NEEDED, _DT_AUXILIARY, _DT_FILTER = 1, 0x7FFFFFFD, 0x7FFFFFFF


def load_all(loading: Loading, preloaded: list[Object], first: Object | None = None) -> list[Object]:
    """Load everything that the program or a library (`first`) needs; its search list in order, that is its scope."""
    loading.errno = None
    scope = [first or loading.chain[0], *preloaded]
    done: set[int] = set()
    while True:
        position = next((at for at, each in enumerate(scope) if id(each) not in done), None)
        if position is None:
            return scope
        item = scope[position]
        done.add(id(item))
        _load_needs(loading, item, scope)


def relocation_order(loading: Loading, scope: list[Object], first: Object | None = None) -> list[Object]:
    """l_initfini: the last one is relocated first. `first` is whose search list it is, the program's if it is None."""
    top = first or loading.chain[0]
    order = [top, *[each for each in scope if each is not top]]
    if loading.release.since(35) and not loading.environment.original_sort:
        return _depth_first(order)
    return [top, *_original(order[1:])]


def _load_needs(loading: Loading, item: Object, scope: list[Object]) -> None:
    """DT_NEEDED go to the end of the list, DT_AUXILIARY and DT_FILTER before whoever names them."""
    needed: list[Object] = []
    sources = {
        _DT_NEEDED: iter(item.elf.needed),
        _DT_AUXILIARY: iter(item.elf.auxiliary),
        _DT_FILTER: iter(item.elf.filters),
    }
    for tag in item.elf.tags:
        names = sources.get(tag)
        name = next(names, None) if names is not None else None
        if name is None:
            continue
        if tag == _DT_NEEDED:
            needed_now = _needed(loading, item, name)
            if needed_now is None:
                continue
            found = needed_now
            if all(each is not found for each in scope):
                scope.append(found)
        else:
            filtee = _filtee(loading, item, name, tag == _DT_AUXILIARY)
            if filtee is None:
                continue
            found = filtee
            _move_before(loading, scope, found, item)
        needed.append(found)
    if item is not loading.chain[0]:
        item.dependencies = [item, *needed]


def _needed(loading: Loading, item: Object, name: str) -> Object | None:
    """A name that expands to nothing is passed over."""
    text = _expanded(loading, item, name)
    return find(loading, text, item) if text or not name else None


def _expanded(loading: Loading, item: Object, name: str) -> str:
    text = expanded(loading, name, item)
    if loading.secure and text != name:
        raise loading.fail("DST not allowed in SUID/SGID programs", name, "LC209", name)
    return text or ""


def _filtee(loading: Loading, item: Object, name: str, may_fail: bool) -> Object | None:
    text = _expanded(loading, item, name)
    if not text:
        if not may_fail:  # expand_dst() takes the two for each other
            return None
        raise loading.fail("empty dynamic string token substitution", name, "LC201", name)
    try:
        return find(loading, text, item)
    except Signalled:
        if may_fail:
            return None
        raise


def _move_before(loading: Loading, scope: list[Object], found: Object, item: Object) -> None:
    """In the search list, and in the chain of all objects with it."""
    at = next(position for position, each in enumerate(scope) if each is item)
    known = next((position for position, each in enumerate(scope) if each is found), None)
    if known is not None and known < at:
        return
    if known is not None:
        del scope[known]
    scope.insert(at, found)
    loading.chain.remove(found)
    loading.chain.insert(loading.chain.index(item), found)


def _depth_first(objects: list[Object]) -> list[Object]:
    """_dl_sort_maps_dfs(): the program stays first."""
    first = objects[0]
    result: list[Object] = []
    seen: set[int] = set()
    for start in reversed(objects):
        stack = [(start, iter(start.dependencies or ()))] if id(start) not in seen else []
        seen.add(id(start))
        while stack:
            item, rest = stack[-1]
            following = next((each for each in rest if id(each) not in seen), None)
            if following is None:
                result.append(item)
                stack.pop()
            else:
                seen.add(id(following))
                stack.append((following, iter(following.dependencies or ())))
    result.reverse()
    if result[0] is not first:
        result.remove(first)
        result.insert(0, first)
    return result


def _original(objects: list[Object]) -> list[Object]:
    """_dl_sort_maps_original(): each object moves behind the last one that needs it."""
    count = len(objects)
    if count < 2:
        return objects
    at = 0
    seen = [0] * count
    while True:
        seen[at] += 1
        item = objects[at]
        behind = next((k for k in range(count - 1, at, -1) if _depends(objects[k], item)), None)
        if behind is not None:
            objects[at : behind + 1] = [*objects[at + 1 : behind + 1], item]
            if seen[at + 1] <= count - at:
                seen[at : behind + 1] = [*seen[at + 1 : behind + 1], seen[at]]
                continue
        at += 1
        if at == count:
            return objects
        seen[at:] = [0] * (count - at)


def _depends(item: Object, on: Object) -> bool:
    return any(each is on for each in item.dependencies or ())
