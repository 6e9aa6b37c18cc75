"""What a registry of this machine itself says of a tag, without the client that a registry elsewhere takes.

Nobody is asked for a certificate here, and no proxy leads here, as in Docker.
"""

from __future__ import annotations

import socket
from typing import Any

from libccheck import __version__
from libccheck.images.raw_http import SECONDS, Answer, answered
from libccheck.images.registry.names import Name, authority

_DIGEST = "docker-content-digest"
_OK, _BAD_REQUEST, _UNAUTHORIZED = 200, 400, 401


def digest_of_tag(name: Name, host: str, accept: str) -> str | None:
    """The digest of the manifest that the tag stands for now; None wherever that takes more than two questions."""
    request = f"HEAD /v2/{name.path}/manifests/{name.tag}"
    headers = {"Host": host, "User-Agent": f"libccheck/{__version__}", "Accept": accept}
    for connect in (_in_the_clear, _by_tls):
        try:
            answer = _asked(connect, host, request, headers)
            if answer is not None and answer.status == _UNAUTHORIZED:
                answer = _asked(connect, host, request, {**headers, **_authorization(name, answer)})
        except (OSError, OverflowError):  # of a port that is none too
            answer = None
        if answer is not None and answer.status != _BAD_REQUEST:  # which is what one says that speaks TLS only
            return answer.headers.get(_DIGEST) if answer.status == _OK else None
    return None


def _asked(connect: Any, host: str, request: str, headers: dict[str, str]) -> Answer | None:
    with connect(host) as connection:
        return answered(connection, request, headers)


def _in_the_clear(host: str) -> socket.socket:
    return socket.create_connection(authority(host, 80), SECONDS)


def _by_tls(host: str) -> socket.socket:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = socket.create_connection(authority(host, 443), SECONDS)
    try:
        return context.wrap_socket(connection, server_hostname=authority(host, 443)[0])
    except BaseException:
        connection.close()
        raise


def _authorization(name: Name, answer: Answer) -> dict[str, str]:
    """Who we are, to one that wants a user and a password."""
    from libccheck.images.registry.credentials import basic, credentials

    is_basic = answer.headers.get("www-authenticate", "").lower().startswith("basic")
    known = credentials(name.registry) if is_basic else None
    return {} if known is None or known.identity_token else {"Authorization": basic(known)}
