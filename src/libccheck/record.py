"""Named tuples as typing has them, whose classes are made in a third of the time: a check makes 65 before it begins."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    _NOT_COPIED = frozenset(("__annotations__", "__module__", "__qualname__"))

    class _Maker(type):
        """Makes the class without compiling each annotation, which is what takes typing so long."""

        def __new__(cls, name, bases, space):
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = space["__annotations__"]
            defaults = [space[field] for field in fields if field in space]
            made = namedtuple(name, fields, defaults=defaults, module=space["__module__"])
            for key, value in space.items():
                if key not in _NOT_COPIED and key not in fields:
                    setattr(made, key, value)
            made.__annotations__ = fields
            made.__qualname__ = space["__qualname__"]
            return made

    class NamedTuple(metaclass=_Maker):
        """The base to name."""
