"""A registry on loopback that holds one image and can be told to misbehave."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serving import Serving

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

Answer = tuple[int, dict[str, str], bytes]


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Registry(Serving):
    """Serves `blobs` and `manifests`, by TLS where there is a context for it; a context manager.

    asked: what was asked for, with the authorization; looked: of what only the headers were. user: who may read, None
    for everyone. by_token: whether that is proven by a token. elsewhere: the address of another registry that blobs are
    redirected to. meddle: gets each answer before it is sent, with its path and how often that was asked for.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.looked: list[tuple[str, str | None]] = []
        self.user: tuple[str, str] | None = None
        self.by_token = False
        self.elsewhere: str | None = None
        self.meddle: Callable[[str, int, Answer], Answer | None] = lambda _path, _count, answer: answer
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = registry.looked if self.command == "HEAD" else registry.asked
                asked.append((self.path, self.headers.get("Authorization")))
                count = sum(path == self.path for path, _ in registry.asked)
                answer = registry.meddle(self.path, count, registry.answer(self.path, dict(self.headers.items())))
                if answer is None:
                    self.connection.close()
                    return
                status, headers, body = answer
                self.send_response(status)
                for key, value in {"Content-Length": str(len(body)), "Connection": "close", **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else body)
                self.close_connection = True

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        self.host = f"127.0.0.1:{server.server_address[1]}"
        super().__init__(server)

    def push(self, layers: list[bytes], tag: str = "1", architecture: str = "amd64", **config: Any) -> str:
        """An image of these uncompressed layers; gives its manifest's digest."""
        packed = [gzip.compress(layer, mtime=0) for layer in layers]
        fields = {
            "os": "linux",
            "architecture": architecture,
            "config": {"Cmd": ["/bin/sh"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(each) for each in layers]},
            **config,
        }
        data = json.dumps(fields).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._add(data, "application/vnd.oci.image.config.v1+json"),
            "layers": [self._add(each, "application/vnd.oci.image.layer.v1.tar+gzip") for each in packed],
        }
        return self.put(tag, MANIFEST, json.dumps(manifest).encode())

    def push_index(self, tag: str, entries: list[dict[str, Any]]) -> str:
        return self.put(tag, INDEX, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode())

    def put(self, tag: str, kind: str, data: bytes) -> str:
        self.manifests[tag] = self.manifests[digest_of(data)] = (kind, data)
        return digest_of(data)

    def answer(self, url: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        if parts.path == "/token":
            return self._token(parse_qs(parts.query), headers)
        if not self._may(headers.get("Authorization")):
            challenge = 'Basic realm="x"'
            if self.by_token:
                challenge = f'Bearer realm="http://{self.host}/token",service="fake",scope="repository:o/app:pull"'
            return 401, {"WWW-Authenticate": challenge}, b"{}"
        _, _, *_, folder, name = parts.path.split("/")
        if folder == "manifests" and name in self.manifests:
            kind, data = self.manifests[name]
            return 200, {"Content-Type": kind, "Docker-Content-Digest": digest_of(data)}, data
        if folder == "blobs" and name in self.blobs:
            if self.elsewhere:
                return 307, {"Location": f"http://{self.elsewhere}{url}"}, b""
            return self._ranged(self.blobs[name], headers.get("Range"))
        return 404, {}, b"{}"

    def _add(self, data: bytes, kind: str) -> dict[str, Any]:
        self.blobs[digest_of(data)] = data
        return {"mediaType": kind, "digest": digest_of(data), "size": len(data)}

    def _token(self, query: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        if query.get("scope") != ["repository:o/app:pull"] or headers.get("Authorization") != self._basic():
            return 401, {}, b"{}"
        return 200, {}, json.dumps({"token": "secret-token"}).encode()

    def _may(self, authorization: str | None) -> bool:
        if self.user is None:
            return True
        return authorization == ("Bearer secret-token" if self.by_token else self._basic())

    def _basic(self) -> str:
        return "Basic " + base64.b64encode(":".join(self.user or ("", "")).encode()).decode()

    def _ranged(self, data: bytes, wanted: str | None) -> Answer:
        if not wanted:
            return 200, {}, data
        start = int(wanted.removeprefix("bytes=").partition("-")[0])
        return 206, {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}, data[start:]
