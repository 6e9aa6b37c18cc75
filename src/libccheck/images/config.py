"""An image's config out of JSON as OCI and Docker write it, and Docker's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.model import Config

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEFAULT = Config(env=(("PATH", PATH),))


def without_halves(value: Any) -> Any:
    """What JSON gave, each half of a surrogate pair replaced by U+FFFD, as Go's encoding/json and so the engines do."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in value)
    if isinstance(value, dict):
        return {without_halves(key): without_halves(each) for key, each in value.items()}
    return [without_halves(each) for each in value] if isinstance(value, list) else value


def config_of(data: Any) -> Config:
    """The value of the `config` field: `Entrypoint`, `Cmd`, `Env` and so on, each absent or null at will.

    Raises LibccheckError for fields of another type. A shell-form HEALTHCHECK and ENTRYPOINT come as /bin/sh -c.
    """
    if data is None:
        return Config()
    if not isinstance(data, Mapping):
        raise LibccheckError("its config is not a JSON object")
    healthcheck = data.get("Healthcheck") or {}
    if not isinstance(healthcheck, Mapping):
        raise LibccheckError("the Healthcheck of its config is not a JSON object")
    env = []
    for each in _strings(data, "Env"):
        name, _, value = each.partition("=")
        env.append((name, value))
    return Config(
        entrypoint=_strings(data, "Entrypoint"),
        cmd=_strings(data, "Cmd"),
        env=tuple(env),
        user=_string(data, "User"),
        workdir=_string(data, "WorkingDir") or "/",
        healthcheck=_strings(healthcheck, "Test"),
        shell=_strings(data, "Shell"),
        onbuild=_strings(data, "OnBuild"),
    )


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key) or []
    if isinstance(values, str):
        return (values,)  # as some old tools wrote it
    if not isinstance(values, list) or not all(isinstance(each, str) and "\0" not in each for each in values):
        raise LibccheckError(f"the {key} of its config is not a list of strings")
    return tuple(values)


def _string(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key) or ""
    if not isinstance(value, str) or "\0" in value:
        raise LibccheckError(f"the {key} of its config is not a string")
    return value
