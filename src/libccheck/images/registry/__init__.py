"""`registry:`: images in a registry, by the OCI distribution specification and Docker's second version of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from libccheck.errors import LibccheckError
from libccheck.images.cache import Cache
from libccheck.images.held import Held
from libccheck.images.indexes import INDEXES, Manifest, chosen, listed, manifests
from libccheck.images.layout import image_of
from libccheck.images.opening import USUAL, Opening
from libccheck.images.packed import Parts
from libccheck.images.registry.names import Name, is_loopback, mirrors, parse
from libccheck.model import Image

if TYPE_CHECKING:
    from libccheck.images.registry.session import Session

_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_ACCEPTED = ", ".join((*INDEXES, *_MANIFESTS))
_MAX_MANIFEST = 1 << 22
_MAX_CONFIG = 1 << 22
_NOT_THERE = 404
_Value = TypeVar("_Value")


def open_registry(rest: str, reference: str, how: Opening = USUAL) -> Image:
    """The image `[HOST/]PATH[:TAG][@DIGEST]`, without a host that of Docker Hub."""

    def read(remote: _Remote) -> Image:
        manifest = chosen(remote.parts, remote.manifests(), how.platform)
        fields = manifest.read()
        remote.expect(fields)
        return image_of(remote.parts, fields, manifest.digest, reference=reference, source="registry", how=how)

    return _at_best(rest, reference, how, read)


def registry_platforms(rest: str, reference: str, how: Opening = USUAL) -> tuple[str, ...]:
    """The platforms that it is there for, so far as its index says."""

    def read(remote: _Remote) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.platform for each in remote.manifests() if each.platform))

    return _at_best(rest, reference, how, read)


def _at_best(rest: str, reference: str, how: Opening, read: Callable[[_Remote], _Value]) -> _Value:
    """From the first of the user's mirrors that has it, else from the registry itself."""
    name = parse(rest, reference)
    failed: LibccheckError | None = None
    for host in (*mirrors(name.registry), name.host):
        remote = _Remote(name, host, how)
        try:
            return read(remote)
        except LibccheckError as error:
            failed = error
        finally:
            remote.close()
    assert failed is not None
    raise LibccheckError(failed.message, subject=reference, hint=failed.hint) from failed


class _Remote:
    """A repository as parts that are fetched when they are asked for; nobody is asked for what the cache has."""

    def __init__(self, name: Name, host: str, how: Opening) -> None:
        self._name, self._host, self._how = name, host, how
        self._cache = Cache.of_user() if how.cached else None
        self._opened: Session | None = None
        self._known: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}
        self._whats: dict[str, str] = {}
        self.parts = Parts(f"{name.registry}/{name.path}", _Files(self._part), "manifests")

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def _session(self) -> Session:
        """Opened when somebody has to be asked: its import takes as long as a check."""
        if self._opened is None:
            from libccheck.images.registry.session import Session

            self._opened = Session(self._name, self._host, tuple(self._how.insecure))
        return self._opened

    def manifests(self) -> list[Manifest]:
        """All manifests that the name leads to."""
        name = self._name
        body, kind = self._unmoved() or self._manifest(name.reference)
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        self._known[digest] = body
        fields = self.parts.json(self.parts.manifest_name(digest))
        is_index = kind in INDEXES or (isinstance(fields, Mapping) and "manifests" in fields)
        if not is_index and (not isinstance(fields, Mapping) or "config" not in fields):
            raise LibccheckError(
                f"{self._host} has {name.path} with a manifest of an unknown type: {kind or 'none said'}",
                hint="push it again with a current tool",
            )
        if self._kept(digest) is None:
            self._keep(digest, body)
        if is_index:
            return manifests(self.parts, listed(self.parts, fields))
        return [Manifest(None, digest, lambda: fields)]

    def expect(self, fields: Any) -> None:
        """Note the sizes of what a manifest names: nothing larger is taken."""
        if not isinstance(fields, Mapping):
            raise self.parts.fault("a manifest is malformed")
        layers = fields.get("layers")
        layers = layers if isinstance(layers, list) else []
        named = [(fields.get("config"), "its config")]
        named += [(each, f"layer {at + 1} of {len(layers)}") for at, each in enumerate(layers)]
        for each, what in named:
            size = each.get("size") if isinstance(each, Mapping) else None
            if not isinstance(size, int) or size < 0 or not isinstance(each, Mapping):
                raise self.parts.fault("its manifest is malformed")
            self._sizes[str(each.get("digest"))] = size
            self._whats[str(each.get("digest"))] = what

    def _part(self, name: str) -> Held:
        folder, algorithm, value = name.split("/")
        digest = f"{algorithm}:{value}"
        if folder == "manifests":
            return Held(memoryview(self._known.get(digest) or self._manifest(digest)[0]))
        size, what = self._sizes[digest], self._whats[digest]
        if what != "its config":
            return self._fetched(digest, size, what)
        if size > _MAX_CONFIG:
            raise self.parts.fault(f"its config has {size} bytes")
        kept = self._kept(digest)
        return Held(memoryview(self._keep(digest, bytes(self._fetched(digest, size, what))) if kept is None else kept))

    def _fetched(self, digest: str, size: int, what: str) -> Held:
        from libccheck.images.registry.blobs import fetched

        return fetched(self._session, digest, size, what, self._how.progress)

    def _kept(self, digest: str) -> bytes | None:
        """A manifest or a config that was fetched before."""
        text = self._cache.document(digest) if self._cache is not None and _is_sha256(digest) else None
        data = None if text is None else text.encode()
        return data if data is not None and digest == f"sha256:{hashlib.sha256(data).hexdigest()}" else None

    def _keep(self, digest: str, data: bytes) -> bytes:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data
        if self._cache is not None and _is_sha256(digest):
            self._cache.add_document(digest, text)
        return data

    def _unmoved(self) -> tuple[bytes, str] | None:
        """The manifest that was fetched before, where a registry of this machine says that the tag stands for it."""
        if self._cache is None or self._name.digest is not None or not is_loopback(self._host):
            return None
        from libccheck.images.registry.nearby import digest_of_tag

        digest = digest_of_tag(self._name, self._host, _ACCEPTED)
        kept = None if digest is None else self._kept(digest)
        return None if kept is None else (kept, "")

    def _manifest(self, reference: str) -> tuple[bytes, str]:
        """A manifest, verified where it is asked for by digest, and its type, if anybody said it."""
        kept = self._kept(reference)
        if kept is not None:
            return kept, ""
        body, headers = self._session.read(f"manifests/{reference}", {"Accept": _ACCEPTED}, _MAX_MANIFEST)
        kind = headers.get("Content-Type", "").partition(";")[0].strip()
        wanted = reference if ":" in reference else headers.get("Docker-Content-Digest", "")
        if len(body) > _MAX_MANIFEST:
            raise self.parts.fault("its manifest is larger than any")
        algorithm = wanted.partition(":")[0]
        if algorithm in ("sha256", "sha512") and wanted != f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}":
            raise LibccheckError(
                f"{self._host} sent a manifest with another digest than was asked for", hint="try again"
            )
        return self._keep(reference, body), kind


def _is_sha256(reference: str) -> bool:
    return reference.startswith("sha256:")


class _Files(Mapping[str, Held]):
    """Names to bytes, fetched when asked for."""

    def __init__(self, fetch: Callable[[str], Held]) -> None:
        self._fetch = fetch

    def __getitem__(self, name: str) -> Held:
        return self._fetch(name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self._fetch(name)
        except LibccheckError as error:
            if getattr(error, "code", None) == _NOT_THERE:  # of a RefusedError
                return default
            raise

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
