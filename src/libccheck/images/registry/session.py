"""Requests to one registry: who we are, redirects, patience with a registry that is busy or breaks off.

The protocol is the OCI distribution specification; tokens are those of distribution's `docs/spec/auth`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3 import disable_warnings
from urllib3.exceptions import InsecureRequestWarning

from libccheck import __version__
from libccheck.errors import LibccheckError
from libccheck.images.registry.credentials import Credentials, credentials
from libccheck.images.registry.names import Name, is_loopback

TRIES = 5
_CONNECT, _READ = 10, 60
_REDIRECTS = 10
_BUSY = (429, 500, 502, 503, 504)
_LONGEST_WAIT = 30.0
_FIRST_WAIT = 0.5
_TOKEN_LASTS = 30.0  # seconds: one that is refused sooner was never good
_MAX_TOKEN = 1 << 20
_CHUNK = 1 << 16
_Answer = TypeVar("_Answer")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


class RefusedError(LibccheckError):
    """The registry answered, and it answered no: `code` is the HTTP status."""

    def __init__(self, message: str, code: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Session:
    """Requests for one repository at one host, the registry's own or a mirror.

    insecure: hosts, as HOST or HOST:PORT, whose certificates need not hold; of the user's own word only.
    """

    def __init__(self, name: Name, host: str, insecure: tuple[str, ...]) -> None:
        self.name, self.host = name, host
        self._insecure = insecure
        self._base = f"https://{host}"
        self._session = requests.Session()
        self._session.auth = _Nobody()
        self._session.headers["User-Agent"] = f"libccheck/{__version__}"
        disable_warnings(InsecureRequestWarning)  # who reads without TLS has said so
        self._credentials: Credentials | None = None
        self._authorization: AuthBase | None = None
        self._asked = -_TOKEN_LASTS

    def close(self) -> None:
        self._session.close()

    def read(self, path: str, headers: Mapping[str, str], limit: int) -> tuple[bytes, Mapping[str, str]]:
        """The whole body of an answer, cut behind `limit` bytes, and its headers; read again where it breaks off."""

        def once() -> tuple[bytes, Mapping[str, str]]:
            with self._once(f"{self._base}/v2/{self.name.path}/{path}", dict(headers)) as response:
                return body_of(response, limit), response.headers

        return patiently(once)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """The answer to GET below /v2/REPOSITORY/, a stream; raises LibccheckError, RefusedError for a no."""
        return patiently(lambda: self._once(f"{self._base}/v2/{self.name.path}/{path}", dict(headers or {})))

    def _once(self, url: str, headers: dict[str, str]) -> requests.Response:
        try:
            response = self._followed(url, headers)
        except requests.ConnectionError as error:
            if not self._falls_back(error):
                raise
            self._base = f"http://{self.host}"
            return self._once(url.replace("https://", "http://", 1), headers)
        if response.status_code == 401 and time.monotonic() - self._asked >= _TOKEN_LASTS:
            self._authorize(response)
            response = self._followed(url, headers)
        if response.status_code in _BUSY:
            raise _BusyError(response)
        if response.status_code >= 400:
            raise self._refusal(response)
        return response

    def _followed(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Redirects by hand: who we are is for the registry only, and TLS is not left on the way."""
        auth: AuthBase = self._authorization or _Nobody()
        for _ in range(_REDIRECTS):
            try:
                response = self._asked_for(url, headers, auth)
                if not response.is_redirect:
                    return response
                response.close()
                target = urljoin(url, response.headers["Location"])
                before, after = urlsplit(url), urlsplit(target)
            except requests.RequestException:
                raise
            except ValueError:  # of requests too, which looks where it would go
                raise LibccheckError(f"{self.host} redirects to what is no address") from None
            if after.scheme not in ("http", "https") or (before.scheme == "https" and after.scheme == "http"):
                raise LibccheckError(f"{self.host} redirects to {after.scheme}://{after.netloc}, which is not safe")
            if before.netloc != after.netloc:
                auth = _Nobody()
            url = target
        raise LibccheckError(f"{self.host} redirects without end")

    def _asked_for(self, url: str, headers: dict[str, str], auth: AuthBase) -> requests.Response:
        return self._session.get(url, headers=headers, auth=auth, **self._manner(url))

    def _manner(self, url: str) -> dict[str, Any]:
        """`verify` stands with each request: that of the session gives way to REQUESTS_CA_BUNDLE."""
        verify = False if is_insecure(urlsplit(url).netloc, self._insecure) else None
        return {"stream": True, "timeout": (_CONNECT, _READ), "allow_redirects": False, "verify": verify}

    def _authorize(self, response: requests.Response) -> None:
        """Answer the challenge: basic, or a token from where it says."""
        self._asked = time.monotonic()
        challenge = response.headers.get("WWW-Authenticate", "")
        response.close()
        scheme, _, rest = challenge.partition(" ")
        self._credentials = credentials(self.name.registry)
        if scheme.lower() == "basic":
            if self._credentials is None:
                raise RefusedError(f"{self.host} wants a user and a password", 401, hint=self._login())
            self._authorization = HTTPBasicAuth(self._credentials.user, self._credentials.password)
        elif scheme.lower() == "bearer":
            self._authorization = _Bearer(self._token(dict(_CHALLENGE.findall(rest))))
        else:
            raise LibccheckError(f"{self.host} wants an authorization of a kind that is not known: {scheme!r}")

    def _token(self, challenge: Mapping[str, str]) -> str:
        realm = challenge.get("realm", "")
        try:
            parts = urlsplit(realm)
        except ValueError:
            raise LibccheckError(f"{self.host} sends for a token to what is no address") from None
        if parts.scheme != "https" and not (parts.scheme == "http" and self._base.startswith("http://")):
            raise LibccheckError(f"{self.host} sends for a token to {realm!r}, which is not safe")
        known = self._credentials
        fields = {"service": challenge.get("service", ""), "scope": f"repository:{self.name.path}:pull"}
        if known is not None and known.identity_token:
            form = {**fields, "grant_type": "refresh_token", "refresh_token": known.identity_token}
            form["client_id"] = "libccheck"
            response = self._session.post(realm, data=form, **self._manner(realm))
        else:
            auth: AuthBase = HTTPBasicAuth(known.user, known.password) if known else _Nobody()
            response = self._session.get(realm, params=fields, auth=auth, **self._manner(realm))
        with response:
            if response.status_code in _BUSY:
                raise _BusyError(response)
            if response.status_code != 200:
                raise self._refusal(response)
            found = _json(response)
        token = found.get("token") or found.get("access_token")
        if not isinstance(token, str) or not token:
            raise LibccheckError(f"{parts.netloc} gave no token for {self.name.path}")
        return token

    def _refusal(self, response: requests.Response) -> RefusedError:
        code, what = response.status_code, f"{self.name.registry}/{self.name.path}"
        response.close()
        if code in (401, 403):
            said = "does not know the user" if self._credentials else "gives it to nobody without a login"
            return RefusedError(f"{self.host} {said}: {what}", code, hint=self._login())
        if code == 404:
            hint = "check the name and the tag; a private one may want a login"
            return RefusedError(f"{self.host} has no {what}:{self.name.tag}", code, hint=hint)
        return RefusedError(f"{self.host} answered {code} for {what}", code)

    def _falls_back(self, error: Exception) -> bool:
        """Whether a registry that speaks no TLS may be spoken to without it."""
        insecure = is_insecure(self.host, self._insecure)
        return insecure and self._base.startswith("https://") and not isinstance(error, requests.Timeout)

    def _login(self) -> str:
        return f"docker login {self.name.registry}"


def is_insecure(host: str, named: tuple[str, ...]) -> bool:
    """Whether that host may be spoken to without TLS: this machine itself always, others where the user says so."""
    return is_loopback(host) or host in named or host.partition(":")[0] in named


def patiently(ask: Callable[[], _Answer]) -> _Answer:
    """Ask again, with growing pauses, a registry that is busy or hangs up; raises LibccheckError in the end."""
    wait = _FIRST_WAIT
    for attempt in range(TRIES):
        try:
            return ask()
        except _BusyError as busy:
            if attempt == TRIES - 1:
                raise RefusedError(str(busy), busy.code, hint="try again later") from None
            time.sleep(min(busy.wait or wait, _LONGEST_WAIT))
        except requests.RequestException as error:
            if attempt == TRIES - 1 or not _passes(error):
                raise LibccheckError(reason_of(error), hint=_hint(error)) from error
            time.sleep(wait)
        wait *= 2
    raise AssertionError("the last attempt returns or raises")


def reason_of(error: Exception) -> str:
    """A failure to speak to a host, in one line."""
    text = " ".join(str(error).split())
    host = getattr(getattr(error, "request", None), "url", None)
    where = urlsplit(host).netloc if isinstance(host, str) else "the registry"
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


def body_of(response: requests.Response, limit: int) -> bytes:
    """The body, cut behind `limit` bytes; what goes wrong on the way is a requests.RequestException."""
    body = b""
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > limit:
            break
    return body


def _json(response: requests.Response) -> Mapping[str, Any]:
    body = body_of(response, _MAX_TOKEN)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, Mapping) else {}


class _BusyError(Exception):
    """A status that passes; `wait` in seconds, where the answer says how long."""

    def __init__(self, response: requests.Response) -> None:
        after = response.headers.get("Retry-After", "")
        self.wait = float(after[:9]) if after.isascii() and after.isdecimal() else 0.0
        self.code = response.status_code
        super().__init__(f"{urlsplit(response.url).netloc} answers {self.code} again and again")
        response.close()


class _Nobody(AuthBase):
    """No authorization, not even what a .netrc says."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
