"""A list of what to add to a catalog: JSON, one object an entry, as the built-in catalog is made from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images.cataloging import Addition, without
from libccheck.images.config import config_of
from libccheck.model import Image, Provenance
from libccheck.record import NamedTuple

_TEXTS = ("name", "from", "platform", "origin", "file", "sha256", "date", "note")
_LISTS = ("aliases", "floating", "without")


class Recipe(NamedTuple):
    """One entry to be: `source` is the reference to read, `config` replaces the one it has.

    `without` are the beginnings of paths to leave out; `sha256` is that of the archive, and is compared.
    """

    name: str
    source: str
    platform: str | None = None
    origin: str = ""
    file: str = ""
    sha256: str = ""
    date: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    floating: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    config: Any = None


def read_recipes(path: str, roots: str) -> list[Recipe]:
    """The recipes in a file; relative paths in their `from` are below `roots`."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise LibccheckError(f"cannot read {path}: {error.strerror}", subject=path) from error
    except ValueError as error:
        raise LibccheckError(f"{path} is not JSON: {error}", subject=path) from error
    if not isinstance(data, list):
        raise LibccheckError(f"{path} is not a JSON list of entries", subject=path)
    return [_recipe(each, path, roots) for each in data]


def additions(
    recipes: list[Recipe], open_image: Callable[[str, str | None], Image], today: str, told: Callable[[str], None]
) -> Iterator[Addition]:
    """Each recipe carried out; `told` hears the name of what is being read."""
    for recipe in recipes:
        told(f"{recipe.name} {recipe.platform or ''}".rstrip())
        image = without(open_image(recipe.source, recipe.platform), recipe.without)
        if recipe.config is not None:
            image = image._replace(config=config_of(recipe.config))
        archive = recipe.source.removeprefix("tar:")
        digest = _sha256(archive) if os.path.isfile(archive) else ""
        if recipe.sha256 and digest != recipe.sha256:
            raise LibccheckError(
                f"{archive} is not the file that the entry {recipe.name} was made from",
                subject=recipe.source,
                hint=f"its sha256 is {digest or 'unknown'}, not {recipe.sha256}",
            )
        provenance = Provenance(
            recipe.origin or recipe.source,
            recipe.file or (os.path.basename(archive) if digest else ""),
            digest,
            recipe.date or today,
            recipe.note,
        )
        yield Addition(recipe.name, image, provenance, recipe.aliases, recipe.floating)


def _recipe(data: Any, path: str, roots: str) -> Recipe:
    known = {*_TEXTS, *_LISTS, "config"}
    if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not isinstance(data.get("from"), str):
        raise LibccheckError(f"an entry in {path} has no name, or does not say what it is from", subject=path)
    texts = {key: data.get(key, "") for key in _TEXTS}
    lists = {key: data.get(key, []) for key in _LISTS}
    strings = [*texts.values(), *(each for value in lists.values() if isinstance(value, list) for each in value)]
    if (
        not all(isinstance(each, str) for each in strings)
        or not all(isinstance(each, list) for each in lists.values())
        or not known.issuperset(data)
    ):
        raise LibccheckError(f"the entry {data['name']} in {path} has a field that is unknown or of another type")
    scheme, colon, place = texts.pop("from").rpartition(":")
    texts["platform"] = texts["platform"] or None
    source = scheme + colon + (os.path.join(roots, place) if scheme in ("", "dir", "tar") else place)
    fields: dict[str, Any] = {**texts, **{key: tuple(value) for key, value in lists.items()}}
    return Recipe(source=source, config=data.get("config"), **fields)


def _sha256(path: str) -> str:
    from hashlib import sha256

    digest = sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
