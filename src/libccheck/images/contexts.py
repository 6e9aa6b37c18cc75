"""Which Docker engine a user means: DOCKER_HOST, else the current context, as the docker command reads its settings."""

from __future__ import annotations

import json
import os

from libccheck.errors import LibccheckError
from libccheck.record import NamedTuple

_DEFAULT = "unix:///var/run/docker.sock"


class Endpoint(NamedTuple):
    """Where an engine listens.

    keys: the directory that holds its ca.pem, cert.pem and key.pem; "" where there is no TLS. verify: whether what the
    engine shows must be signed by that authority.
    """

    host: str
    keys: str = ""
    verify: bool = True


def endpoint() -> Endpoint:
    """Raises LibccheckError where the current context is not there or cannot be read."""
    host = os.environ.get("DOCKER_HOST")
    if host:
        verify = bool(os.environ.get("DOCKER_TLS_VERIFY"))
        return Endpoint(host, os.environ.get("DOCKER_CERT_PATH") or (_folder() if verify else ""), verify)
    name = _current()
    return Endpoint(_DEFAULT) if name in ("", "default") else _context(name)


def _current() -> str:
    if os.environ.get("DOCKER_CONTEXT"):
        return os.environ["DOCKER_CONTEXT"]
    try:
        with open(os.path.join(_folder(), "config.json"), "rb") as file:
            data = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return ""
    name = data.get("currentContext") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _context(name: str) -> Endpoint:
    """Contexts lie in directories that are named after the SHA-256 of their names."""
    from hashlib import sha256

    identity = sha256(name.encode(errors="surrogateescape")).hexdigest()
    contexts = os.path.join(_folder(), "contexts")
    try:
        with open(os.path.join(contexts, "meta", identity, "meta.json"), "rb") as file:
            found = json.loads(file.read())["Endpoints"]["docker"]
            host, skips = found["Host"], found.get("SkipTLSVerify", False)
    except OSError:
        raise LibccheckError(f"there is no Docker context called {name}", hint="docker context ls lists them") from None
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        host = skips = None
    if not isinstance(host, str):
        raise LibccheckError(f"the Docker context {name} is damaged", hint=f"docker context inspect {name}")
    keys = os.path.join(contexts, "tls", identity, "docker")
    return Endpoint(host, keys if os.path.isdir(keys) else "", not skips)


def _folder() -> str:
    return os.environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
