"""Patience with a registry that is busy or breaks off, and in which words it is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from libccheck.errors import LibccheckError

TRIES = 5
_LONGEST_WAIT = 30.0
_FIRST_WAIT = 0.5
_Answer = TypeVar("_Answer")


class RefusedError(LibccheckError):
    """The registry answered, and it answered no: `code` is the HTTP status."""

    def __init__(self, message: str, code: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class BusyError(Exception):
    """A status that passes; `wait` in seconds, where the answer says how long."""

    def __init__(self, response: requests.Response) -> None:
        after = response.headers.get("Retry-After", "")
        self.wait = float(after[:9]) if after.isascii() and after.isdecimal() else 0.0
        self.code = response.status_code
        super().__init__(f"{urlsplit(response.url).netloc} answers {self.code} again and again")
        response.close()


def patiently(ask: Callable[[], _Answer], host: str) -> _Answer:
    """Ask that host again, with growing pauses, while it is busy or hangs up; raises LibccheckError in the end."""
    wait = _FIRST_WAIT
    for attempt in range(TRIES):
        try:
            return ask()
        except BusyError as busy:
            if attempt == TRIES - 1:
                raise RefusedError(str(busy), busy.code, hint="try again later") from None
            time.sleep(min(busy.wait or wait, _LONGEST_WAIT))
        except requests.RequestException as error:
            if attempt == TRIES - 1 or not _passes(error):
                raise LibccheckError(reason_of(error, host), hint=_hint(error)) from error
            time.sleep(wait)
        wait *= 2
    raise AssertionError("the last attempt returns or raises")


def reason_of(error: Exception, host: str) -> str:
    """A failure to speak to a host, the one that was asked or another that it sent to, in one line."""
    text = " ".join(str(error).split())
    url = getattr(getattr(error, "request", None), "url", None)
    where = urlsplit(url).netloc if isinstance(url, str) else host
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        why = re.search(r"certificate verify failed: ([^(\"']+)", text)
        return f"{where} has a certificate that cannot be trusted" + (f": {why.group(1).strip()}" if why else "")
    if isinstance(error, requests.exceptions.SSLError):
        return f"{where} speaks no TLS that we understand"
    if isinstance(error, requests.Timeout):
        return f"{where} does not answer"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not lead to {where}"
    if "NameResolutionError" in text or "Name or service not known" in text or "name resolution" in text:
        return f"there is no host {where}, or no network"
    if "Connection refused" in text:
        return f"nothing listens at {where}"
    return f"the connection to {where} broke off"


def _passes(error: Exception) -> bool:
    """Whether it may be better soon: a connection that broke, but no name that is not known, no certificate."""
    text = str(error)
    lasting = ("NameResolution", "Name or service", "name resolution", "CERTIFICATE", "Connection refused")
    hopeless = (requests.exceptions.SSLError, requests.exceptions.InvalidURL, requests.exceptions.ConnectTimeout)
    return not isinstance(error, hopeless) and not any(each in text for each in lasting)


def _hint(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "set REQUESTS_CA_BUNDLE to the authority's certificate, or name the registry with --insecure"
    return "check the name of the registry and the network"
