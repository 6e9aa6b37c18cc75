"""A program that opens TLS connections, in an image without certificates of authorities."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Finding

_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_IMPORTS = (
    "SSL_CTX_set_default_verify_paths",
    "X509_STORE_set_default_paths",
    "curl_easy_perform",
    "curl_multi_perform",
    "gnutls_certificate_set_x509_system_trust",
)
# What Go's linker keeps only in a client: a server has crypto/x509 and its list of bundles too, and never reads them.
_FUNCTIONS = (
    "net/http.(*Client).do",
    "net/http.(*Transport).dialConn",
    "crypto/tls.Dial",
    "crypto/tls.DialWithDialer",
    "crypto/x509.SystemCertPool",
)
_EMBEDDED = "golang.org/x/crypto/x509roots/fallback.init.0"
_DIRECTORIES = ("/etc/ssl/certs/", "/etc/pki/tls/certs/")  # which may well be empty
# A root that every current list of authorities has: by its name (DER), or as its text begins (PEM).
_OWN = (b"ISRG Root X1", b"MIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcNAQELBQAw")
_PATHS = (b"/etc/ssl/certs/ca-certificates.crt", b"/etc/pki/tls/certs/ca-bundle.crt")


def advice(situation: Situation) -> list[Finding]:
    """Go by the functions of a client, C by what it calls, others by the paths that they have of bundles.

    What has authorities of its own needs none of the image's.
    """
    shown = situation.uses(_IMPORTS, _FUNCTIONS)
    if situation.function((_EMBEDDED,)):
        return []
    if shown is None and not situation.is_go:
        shown = next((each.decode() for each in _PATHS if situation.contains(each)), None)
    if shown is None or any(each.startswith(_DIRECTORIES) for each in situation.tree):
        return []
    if any(situation.contains(each) for each in _OWN):
        return []
    message = "it opens TLS connections, and the image has no certificates of authorities to verify them by"
    return [missing("LC307", _BUNDLE, message, (_BUNDLE, f"{situation.name} has {shown}"))]
