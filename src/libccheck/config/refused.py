"""What a project's file may not say, and where that belongs: whoever sends a change to a project could change it."""

from __future__ import annotations

_MIRRORS = "mirrors are named by the user, in LIBCCHECK_MIRRORS"
_INSECURE = "registries that are not verified are named on the command line, by --insecure"
_CREDENTIALS = "credentials are the user's own, by docker login"
_ENGINE = "which engine is asked says the user, by DOCKER_HOST, CONTAINER_HOST or a Docker context"
_CACHE = "the cache is the user's own: XDG_CACHE_HOME, --no-cache"
_CATALOG = "catalogs are named by the user, in LIBCCHECK_CATALOG or by --catalog"
_NETWORK = "which network is used says the user, by LIBCCHECK_OFFLINE and HTTPS_PROXY"
_RUNS = "it runs programs, so only the command line can ask for it"
_WRITES = "it changes files, so only the command line can ask for it"
_SILENCES = "it would take the word from the check, so only the command line can ask for it"

_WHERE = {
    **dict.fromkeys(("mirror", "mirrors", "registry-mirrors"), _MIRRORS),
    **dict.fromkeys(("insecure", "insecure-registries", "tls-verify", "skip-tls-verify", "ca-bundle"), _INSECURE),
    **dict.fromkeys(("auth", "auths", "credential-helper", "credentials", "login"), _CREDENTIALS),
    **dict.fromkeys(("password", "registry-token", "token", "username"), _CREDENTIALS),
    **dict.fromkeys(
        ("container-host", "docker-config", "docker-context", "docker-host", "engine", "engines", "socket"), _ENGINE
    ),
    **dict.fromkeys(("cache", "cache-dir", "cached", "no-cache"), _CACHE),
    **dict.fromkeys(("catalog", "catalog-dir", "catalogs"), _CATALOG),
    **dict.fromkeys(("offline", "proxy", "http-proxy", "https-proxy"), _NETWORK),
    "verify": _RUNS,
    **dict.fromkeys(("fix", "write", "write-baseline"), _WRITES),
    **dict.fromkeys(("exit-zero", "no-config", "quiet"), _SILENCES),
}


def why_refused(key: str) -> str:
    """Where it belongs; "" for a key that is just not known."""
    return _WHERE.get(key.lower().replace("_", "-"), "")
