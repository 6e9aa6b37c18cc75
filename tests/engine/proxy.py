"""A way to an engine over TCP, in the clear or by TLS, that can break off or stall while an image is exported."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 16
_SECONDS = 60


class Proxy:
    """Forwards to a Unix socket until closed.

    after: how many bytes of an exported image go through; from there on it breaks off, or with `stalls` sends no more
    and sets `reached`. None: all of it.
    """

    def __init__(
        self, socket_path: str, tls: ssl.SSLContext | None = None, after: int | None = None, stalls: bool = False
    ) -> None:
        self._target, self._tls, self._after, self._stalls = socket_path, tls, after, stalls
        self.reached = threading.Event()
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        # a thread in accept(2) would keep the port
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self._target)
            if self._tls is None:
                self._relay(near, far)
                return
            with self._tls.wrap_socket(near, server_side=True, do_handshake_on_connect=False) as safe:
                safe.settimeout(_SECONDS)
                try:
                    safe.do_handshake()
                except ssl.SSLError:
                    _linger(safe)
                else:
                    self._relay(safe, far)

    def _relay(self, near: socket.socket, far: socket.socket) -> None:
        """Both ways in one thread: a TLS connection is not to be read by one while another writes to it."""
        exports, sent = False, 0
        while True:
            ready = [near] if _holds_more(near) else select.select([near, far], [], [], _SECONDS)[0]
            if near in ready:
                asked = _received(near)
                if asked == b"":
                    return
                exports = exports or b"/get HTTP/" in (asked or b"")
                far.sendall(asked or b"")
            if far in ready:
                answered = far.recv(_CHUNK)
                if exports and self._after is not None:
                    answered = answered[: self._after - sent]
                    sent += len(answered)
                near.sendall(answered)
                if exports and sent == self._after:
                    self.reached.set()
                    if self._stalls:
                        self._closed.wait(_SECONDS)
                    return
                if not answered:
                    return
            if not ready:
                return


def _holds_more(connection: socket.socket) -> bool:
    """Whether TLS has decrypted what was not read yet, which the socket does not show."""
    return isinstance(connection, ssl.SSLSocket) and connection.pending() > 0


def _received(connection: socket.socket) -> bytes | None:
    """What is there, b"" at the end; None where what came was TLS's own."""
    connection.settimeout(0)
    try:
        return connection.recv(_CHUNK)
    except ssl.SSLWantReadError:
        return None
    finally:
        connection.settimeout(_SECONDS)


def _linger(connection: ssl.SSLSocket) -> None:
    """Read until the other side has gone: a reset would take away the alert that says why it is turned away."""
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(_CHUNK):
        pass


class Certificates:
    """A certificate authority of our own in a directory, with the names that DOCKER_CERT_PATH wants: one server for
    127.0.0.1, one client."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        self._openssl("req", "-x509", "-nodes", *_KEY, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=ca")
        self._signed("server-", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self._signed("", "extendedKeyUsage=clientAuth\n")

    def server(self) -> ssl.SSLContext:
        """As `dockerd --tlsverify`: who comes without a certificate of the authority is turned away."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.directory / "server-cert.pem", self.directory / "server-key.pem")
        context.load_verify_locations(self.directory / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _signed(self, name: str, extensions: str) -> None:
        (self.directory / "extensions").write_text(extensions)
        key, request, certificate = f"{name}key.pem", f"{name}request.pem", f"{name}cert.pem"
        self._openssl(
            "req", "-new", "-nodes", *_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name or 'client'}"
        )
        self._openssl(
            "x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
            "-extfile", "extensions", "-out", certificate,
        )  # fmt: skip

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)


_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2")


@contextlib.contextmanager
def answering(words: bytes) -> Iterator[str]:
    """The address of something that says this to everybody and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    with contextlib.suppress(OSError), near:
                        near.recv(_CHUNK)
                        near.sendall(words)
                        near.shutdown(socket.SHUT_WR)
                        near.recv(_CHUNK)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
