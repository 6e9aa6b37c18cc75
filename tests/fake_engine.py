"""A Docker engine that holds images, at a socket, and can be told to misbehave."""

from __future__ import annotations

import hashlib
import io
import json
import re
import socketserver
import tarfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from tests.archives import Item, tar
from tests.serving import Serving

_PIECE = 4096


class Held(NamedTuple):
    """What the engine tells of one image, and the archive that it saves."""

    facts: dict[str, Any]
    history: list[dict[str, Any]]
    archive: bytes


class FakeEngine(Serving):
    """A context manager; `asked` holds the paths that were asked for, `dies_after` the bytes of an archive it sends."""

    def __init__(self, room: Path) -> None:
        self.path = room / "engine.sock"
        self.address = f"unix://{self.path}"
        self.images: dict[str, Held] = {}
        self.asked: list[str] = []
        self.dies_after: int | None = None
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                engine._answer(self, re.sub(r"^/v[0-9.]+/", "/", self.path))

            def do_HEAD(self) -> None:
                self.do_GET()

            def address_string(self) -> str:
                return "socket"

            def log_message(self, *_: object) -> None:
                pass

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        super().__init__(Server(str(self.path), Handler))

    def hold(self, name: str, layers: list[bytes], history: list[tuple[str, bool]], **config: Any) -> str:
        """An image of these layers; history: lines, lowest first, and whether each left a layer. Gives its identity."""
        ids = [_digest(each) for each in layers]
        steps = [{"created_by": line, **({} if has_layer else {"empty_layer": True})} for line, has_layer in history]
        fields = {
            "os": "linux",
            "architecture": "amd64",
            "config": {"Cmd": ["/bin/sh"], **config},
            "rootfs": {"type": "layers", "diff_ids": ids},
            "history": steps,
        }
        data = json.dumps(fields).encode()
        sizes = iter(map(_bytes_in, layers))
        told = [{"CreatedBy": line, "Size": next(sizes) if has_layer else 0} for line, has_layer in history]
        facts = {
            "Id": _digest(data),
            "Os": "linux",
            "Architecture": "amd64",
            "Config": fields["config"],
            "RootFS": {"Type": "layers", "Layers": ids},
        }
        names = [f"{each.removeprefix('sha256:')}.tar" for each in ids]
        manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": names}]
        files = [
            ("config.json", data),
            *zip(names, layers, strict=True),
            ("manifest.json", json.dumps(manifest).encode()),
        ]
        self.images[name] = Held(facts, told[::-1], tar([Item(name, content) for name, content in files]))
        return _digest(data)

    @property
    def exports(self) -> int:
        return sum(each.endswith("/get") for each in self.asked)

    def _answer(self, request: BaseHTTPRequestHandler, path: str) -> None:
        self.asked.append(path)
        found = re.fullmatch(r"/images/(.*)/(json|history|get)", path)
        if found and found[1] in self.images:
            held = self.images[found[1]]
            if found[2] == "get":
                self._save(request, held.archive)
            else:
                _send(request, 200, held.facts if found[2] == "json" else held.history)
        elif path == "/images/json":
            _send(request, 200, [{"RepoTags": [name]} for name in sorted(self.images)] + [{"RepoTags": None}])
        elif found:
            _send(request, 404, {"message": f"No such image: {found[1]}"})
        else:
            _send(request, 200, {"ApiVersion": "1.41"} if path == "/version" else "OK")

    def _save(self, request: BaseHTTPRequestHandler, archive: bytes) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.close_connection = True
        for start in range(0, len(archive), _PIECE):
            if self.dies_after is not None and start >= self.dies_after:
                return
            piece = archive[start : start + _PIECE]
            request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        request.wfile.write(b"0\r\n\r\n")


def _send(request: BaseHTTPRequestHandler, status: int, value: Any) -> None:
    body = json.dumps(value).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.send_header("Connection", "close")
    request.end_headers()
    request.close_connection = True
    if request.command != "HEAD":
        request.wfile.write(body)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _bytes_in(layer: bytes) -> int:
    """The sum of the sizes of its files, which is what an engine calls the size of a step."""
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        return sum(each.size for each in archive)
