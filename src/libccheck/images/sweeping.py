"""What `check --verify` made in an engine, found by its label and removed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

LABEL = "libccheck.verify"
NAME = "libccheck-verify-"
PREPARED = "-prepared"
_NAMELESS = ("<none>:<none>", "<none>@<none>")


def sweep(api: Any, is_chosen: Callable[[str, float], bool]) -> None:
    """Remove the containers and images that `is_chosen` by their owner and their age in seconds; api: docker's client.

    Anybody's image can have a label: containers with other names than ours and images with any name are left alone.
    Prepared containers go behind the images that were made of them: podman removes, with an image, the one below it
    that has no name, which may be the user's.
    """
    now = _now(api)

    def remove_containers(prepared: bool) -> None:
        for each in api.containers(all=True, filters={"label": [LABEL]}):
            names = [str(name).lstrip("/") for name in each.get("Names") or ()]
            is_ours = any(name.startswith(NAME) and name.endswith(PREPARED) is prepared for name in names)
            if is_ours and is_chosen(*_owner_and_age(each, now)):
                _removed(api.remove_container, each["Id"], v=True, force=True)

    def remove_images() -> None:
        for each in api.images(filters={"label": [LABEL]}):
            if not _is_named(each) and is_chosen(*_owner_and_age(each, now)):
                _removed(api.remove_image, each["Id"], force=True, noprune=True)

    remove_containers(prepared=False)
    remove_images()
    remove_containers(prepared=True)
    remove_images()


def _removed(remove: Callable[..., object], identity: str, **how: bool) -> None:
    """Somebody else may have been quicker, and what is still needed has its turn when what needs it is gone."""
    import docker.errors

    with contextlib.suppress(docker.errors.APIError):
        remove(identity, **how)


def _is_named(image: Mapping[str, Any]) -> bool:
    names = (*(image.get("RepoTags") or ()), *(image.get("RepoDigests") or ()))
    return any(each not in _NAMELESS for each in names)


def _owner_and_age(made: Mapping[str, Any], now: float) -> tuple[str, float]:
    return str((made.get("Labels") or {}).get(LABEL, "")), now - float(made.get("Created") or now)


def _now(api: Any) -> float:
    """The engine's clock, which dates what it makes."""
    said = str(api.info().get("SystemTime", ""))[:19]
    try:
        return datetime.strptime(said, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return 0.0
