"""The TLS settings of an engine, as Docker's client takes them."""

from __future__ import annotations

import os
from typing import Any

from libccheck.images.contexts import Endpoint


def settings(where: Endpoint) -> Any:
    """A docker.tls.TLSConfig, or False; may raise docker.errors.TLSParameterError."""
    if not where.keys:
        return False
    from docker.tls import TLSConfig
    from requests.utils import get_environ_proxies

    class Settings(TLSConfig):
        def configure_client(self, client: Any) -> None:
            super().configure_client(client)
            # REQUESTS_CA_BUNDLE is for public servers; it would take the place of the engine's own authority.
            client.trust_env = False
            client.proxies.update(get_environ_proxies(client.base_url))

    authority, certificate, key = (os.path.join(where.keys, f"{name}.pem") for name in ("ca", "cert", "key"))
    both = os.path.exists(certificate) and os.path.exists(key)
    return Settings((certificate, key) if both else None, authority, where.verify)
