"""Requests to one registry: who we are, and redirects.

The protocol is the OCI distribution specification; tokens are those of distribution's `docs/spec/auth`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3 import disable_warnings
from urllib3.exceptions import InsecureRequestWarning

from libccheck import __version__
from libccheck.errors import LibccheckError
from libccheck.images.registry.credentials import Credentials, credentials
from libccheck.images.registry.names import Name, is_loopback
from libccheck.images.registry.patience import BusyError, RefusedError, patiently

_CONNECT, _READ = 10, 60
_REDIRECTS = 10
_BUSY = (429, 500, 502, 503, 504)
_TOKEN_LASTS = 30.0  # seconds: one that is refused sooner was never good
_MAX_TOKEN = 1 << 20
_CHUNK = 1 << 16
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


class Session:
    """Requests for one repository at one host, the registry's own or a mirror.

    insecure: hosts, as HOST or HOST:PORT, whose certificates need not hold; of the user's own word only.
    """

    def __init__(self, name: Name, host: str, insecure: tuple[str, ...]) -> None:
        self.name, self.host = name, host
        self._insecure = insecure
        self._base = f"https://{host}"
        self.is_closed = False
        self._session = requests.Session()
        self._session.auth = _Nobody()
        self._session.headers["User-Agent"] = f"libccheck/{__version__}"
        disable_warnings(InsecureRequestWarning)  # who reads without TLS has said so
        self._credentials: Credentials | None = None
        self._authorization: AuthBase | None = None
        self._asked = -_TOKEN_LASTS
        self._lock = Lock()

    def close(self) -> None:
        """Who is still waiting for an answer asks nothing more."""
        self.is_closed = True
        self._session.close()

    def read(self, path: str, headers: Mapping[str, str], limit: int) -> tuple[bytes, Mapping[str, str]]:
        """The whole body of an answer, cut behind `limit` bytes, and its headers; read again where it breaks off."""

        def once() -> tuple[bytes, Mapping[str, str]]:
            with self._once(f"{self._base}/v2/{self.name.path}/{path}", dict(headers)) as response:
                return body_of(response, limit), response.headers

        return patiently(once, self.host)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """The answer to GET below /v2/REPOSITORY/, a stream; raises LibccheckError, RefusedError for a no."""
        return patiently(lambda: self._once(f"{self._base}/v2/{self.name.path}/{path}", dict(headers or {})), self.host)

    def _once(self, url: str, headers: dict[str, str]) -> requests.Response:
        auth = self._authorization
        try:
            response = self._followed(url, headers, auth)
        except requests.ConnectionError as error:
            if not self._falls_back(url, error):
                raise
            self._base = f"http://{self.host}"
            return self._once(url.replace("https://", "http://", 1), headers)
        if response.status_code == 401 and self._is_authorized_anew(response, auth):
            response = self._followed(url, headers, self._authorization)
        if response.status_code in _BUSY:
            raise BusyError(response)
        if response.status_code >= 400:
            raise self._refusal(response)
        return response

    def _followed(self, url: str, headers: dict[str, str], authorization: AuthBase | None) -> requests.Response:
        """Redirects by hand: who we are is for the registry only, and TLS is not left on the way."""
        auth: AuthBase = authorization or _Nobody()
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
        if self.is_closed:
            raise LibccheckError(f"{self.host} is not asked any more")
        return self._session.get(url, headers=headers, auth=auth, **self._manner(url))

    def _manner(self, url: str) -> dict[str, Any]:
        """`verify` stands with each request: that of the session gives way to REQUESTS_CA_BUNDLE.

        No proxy leads to this machine itself, as in Docker.
        """
        host = urlsplit(url).netloc
        manner: dict[str, Any] = {"verify": False if is_insecure(host, self._insecure) else None}
        if is_loopback(host):
            manner["proxies"] = {"no_proxy": "*"}
        return {"stream": True, "timeout": (_CONNECT, _READ), "allow_redirects": False, **manner}

    def _is_authorized_anew(self, response: requests.Response, before: AuthBase | None) -> bool:
        """Whether there is more to say than `before`, which was refused; layers are asked for side by side."""
        with self._lock:
            if self._authorization is not before:
                response.close()
                return True
            if time.monotonic() - self._asked < _TOKEN_LASTS:
                return False
            self._authorize(response)
            return True

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
            self._authorization = _basic(self._credentials)
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
            auth: AuthBase = _basic(known) if known else _Nobody()
            response = self._session.get(realm, params=fields, auth=auth, **self._manner(realm))
        with response:
            if response.status_code in _BUSY:
                raise BusyError(response)
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

    def _falls_back(self, url: str, error: Exception) -> bool:
        """Whether a registry that speaks no TLS may be spoken to without it."""
        insecure = is_insecure(self.host, self._insecure)
        return insecure and url.startswith(f"https://{self.host}/") and not isinstance(error, requests.Timeout)

    def _login(self) -> str:
        return f"docker login {self.name.registry}"


def is_insecure(host: str, named: tuple[str, ...]) -> bool:
    """Whether that host may be spoken to without TLS: this machine itself always, others where the user says so."""
    return is_loopback(host) or host in named or host.partition(":")[0] in named


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


class _Nobody(AuthBase):
    """No authorization, not even what a .netrc says."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _basic(known: Credentials) -> AuthBase:
    """In UTF-8, as Docker writes them; requests takes only Latin-1 by itself."""
    return HTTPBasicAuth(known.user.encode(), known.password.encode())


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
