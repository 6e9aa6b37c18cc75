"""Who the user is to a registry, by their own Docker configuration: `config.json`, its helpers and its store."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images.registry.names import DOCKER_HUB
from libccheck.record import NamedTuple

_HUB_KEY = "https://index.docker.io/v1/"
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SECONDS = 60
_NONE = "credentials not found"
_BY_TOKEN = "<token>"  # noqa: S105 - the user name by which helpers say that the secret is an identity token


class Credentials(NamedTuple):
    """A user and a password, or an identity token."""

    user: str
    password: str
    identity_token: str = ""


def credentials(registry: str) -> Credentials | None:
    """What the user's own configuration has for that registry; None where it has nothing.

    A helper is run where `credHelpers` or `credsStore` names it. Raises LibccheckError where that fails.
    """
    settings = _settings()
    key = _HUB_KEY if registry == DOCKER_HUB else registry
    helpers = settings.get("credHelpers")
    helper = helpers.get(registry) or helpers.get(key) if isinstance(helpers, Mapping) else None
    helper = helper or settings.get("credsStore")
    if isinstance(helper, str) and helper:
        found = _by_helper(helper, key)
        if found is not None:
            return found
    auths = settings.get("auths")
    for each in (key, registry, f"https://{registry}", f"https://{registry}/v2/", f"https://{registry}/v1/"):
        entry = auths.get(each) if isinstance(auths, Mapping) else None
        if isinstance(entry, Mapping) and entry:
            return _of_entry(entry, registry)
    return None


def basic(known: Credentials) -> str:
    """The value of an Authorization header that says user and password."""
    return "Basic " + base64.b64encode(f"{known.user}:{known.password}".encode()).decode()


def _settings() -> Mapping[str, Any]:
    folder = os.environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    path = os.path.join(folder, "config.json")
    try:
        with open(path, "rb") as file:
            found = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is not JSON"
        raise LibccheckError(f"cannot read {path}: {reason}", hint="mend it, or set DOCKER_CONFIG") from error
    return found if isinstance(found, Mapping) else {}


def _of_entry(entry: Mapping[str, Any], registry: str) -> Credentials | None:
    token, packed = entry.get("identitytoken"), entry.get("auth")
    user, password = entry.get("username"), entry.get("password")
    if isinstance(packed, str) and packed:
        try:
            user, _, password = base64.b64decode(packed, validate=True).decode().partition(":")
        except ValueError:
            raise LibccheckError(
                f"the Docker configuration holds malformed credentials for {registry}", hint=f"docker login {registry}"
            ) from None
    token = token if isinstance(token, str) else ""
    if not token and not (isinstance(user, str) and user):
        return None
    return Credentials(str(user or ""), str(password or "").rstrip("\0"), token)


def _by_helper(helper: str, key: str) -> Credentials | None:
    if not _HELPER.fullmatch(helper):
        raise LibccheckError(f"the Docker configuration names the credential helper {helper!r}, which is no name")
    import subprocess

    program = f"docker-credential-{helper}"
    try:
        run = subprocess.run(  # noqa: S603 - the user's own configuration names it
            [program, "get"], input=key.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        raise LibccheckError(
            f"the credential helper {program} is not installed", hint="install it, or log in without it: docker login"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LibccheckError(f"the credential helper {program} failed: {error}") from error
    text = run.stdout.decode("utf-8", "replace").strip()
    if run.returncode:
        if _NONE in text.lower():
            return None
        said = " ".join((text or run.stderr.decode("utf-8", "replace")).split())[:200]
        raise LibccheckError(f"the credential helper {program} failed: {said or f'exit status {run.returncode}'}")
    try:
        found = json.loads(text)
        user, secret = str(found["Username"]), str(found["Secret"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise LibccheckError(f"the credential helper {program} answered what is no credentials") from None
    return Credentials("", "", secret) if user == _BY_TOKEN else Credentials(user, secret)
