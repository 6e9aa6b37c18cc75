"""What images offer, as JSON by the schema `libccheck/probe/1`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from libccheck.formats.json import errors_data, image_data
from libccheck.model import Config, Failure
from libccheck.offers import Offers

SCHEMA = "libccheck/probe/1"


def render(images: Iterable[Offers], failures: Iterable[Failure]) -> str:
    """All of it, ASCII only, with a newline at the end."""
    data = {"schema": SCHEMA, "images": [as_data(each) for each in images], "errors": errors_data(failures)}
    return json.dumps(data, indent=2) + "\n"


def as_data(offers: Offers) -> dict[str, Any]:
    """One image as plain dicts and lists."""
    image = offers.image
    return {
        **image_data(image, None),
        "libc": offers.libc.family if offers.libc else None,
        "libc_version": offers.libc.version if offers.libc else None,
        "loaders": [{**each._asdict(), "directories": list(each.directories)} for each in offers.loaders],
        "directories": list(offers.directories),
        "libraries": [each._asdict() for each in offers.libraries],
        "shells": [each._asdict() for each in offers.shells],
        "env": [each._asdict() for each in offers.env],
        "certificates": offers.certificates,
        "zoneinfo": offers.zoneinfo,
        "users": [each._asdict() for each in offers.users],
        "tmp": offers.temporary,
        "distribution": offers.distribution._asdict() if offers.distribution else None,
        "package_managers": list(offers.package_managers),
        "config": _config(image.config),
        "size": offers.size,
        "layers": [each._asdict() for each in image.layers],
    }


def _config(config: Config) -> dict[str, Any]:
    return {
        "entrypoint": list(config.entrypoint),
        "cmd": list(config.cmd),
        "env": [f"{name}={value}" for name, value in config.env],
        "user": config.user,
        "workdir": config.workdir,
        "healthcheck": list(config.healthcheck),
        "shell": list(config.shell),
    }
