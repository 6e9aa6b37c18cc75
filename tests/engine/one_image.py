"""One image with all that layers can hold, and what of a tree has to be the same through every source."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from libccheck.model import Content, File, Image, Node
from tests import toolchains

_BUSYBOX = "/bin/busybox"
_DOCKERFILE = r"""FROM scratch
COPY busybox /bin/busybox
COPY busybox /bin/sh
COPY script /srv/real/one
RUN b=/bin/busybox; $b mkdir -p /lib /opaque/deep /gone /etc /a /b && $b ln -s srv/real /link && \
    $b touch /opaque/old /opaque/deep/old /gone/x && echo text > /etc/passwd && $b cp /srv/real/one /a/file
COPY library /lib/libm.so.6
RUN b=/bin/busybox; $b rm -rf /opaque /gone /srv/real/one && $b mkdir /opaque && $b touch /opaque/new && \
    $b ln /lib/libm.so.6 /lib/hard.so && $b ln /a/file /b/hard
ENV COLOR=blue
WORKDIR /srv/app
RUN b=/bin/busybox; $b mkfifo /srv/fifo && $b mknod /srv/null c 1 3 && $b touch "/srv/$($b printf '\377')name" && \
    $b chown 1:2 /a/file && $b chmod 4755 /bin/sh && $b truncate -s 1000000 /srv/sparse
COPY script /link/two
RUN n=/srv; for i in 1 2 3 4 5 6 7 8; do n=$n/a-name-that-is-long-enough-for-a-pax-header; done; \
    /bin/busybox mkdir -p $n; echo deep > $n/file; /bin/busybox chmod 755 $n/file
USER 65534
CMD ["/bin/sh"]
"""
LAYERS = 10
PATHS = {"/bin/sh", "/link", "/srv/real/two", "/opaque/new", "/lib/hard.so", "/b/hard", "/srv/fifo", "/srv/\udcffname"}
GONE = {"/srv/real/one", "/opaque/old", "/opaque/deep", "/gone"}
_MADE = ("/dev", "/proc", "/sys", "/.dockerenv", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf")
"""What engines put into a container, an export included."""


def context(room: Path) -> Path:
    """The Dockerfile in a directory with what it copies; raises toolchains.MissingError."""
    library = next(Path("/lib").glob("*-linux-gnu/libm.so.6"), None)
    if not Path(_BUSYBOX).exists() or library is None:
        raise toolchains.MissingError("the image of the tests takes busybox-static and glibc")
    room.mkdir()
    shutil.copy(_BUSYBOX, room / "busybox")
    shutil.copy(library, room / "library")
    (room / "script").write_text("#!/bin/sh\n")
    (room / "script").chmod(0o755)
    (room / "Dockerfile").write_text(_DOCKERFILE)
    return room


def tree_hash(image: Image) -> str:
    """The sha256 of every path, node and content, but for layers' numbers and what engines put into a container."""
    seen = hashlib.sha256()
    for path in sorted(image.tree):
        if path != "/" and not path.startswith(_MADE):
            seen.update(repr((path, *_facts(image.tree.nodes[path]))).encode("utf-8", "surrogateescape"))
    return seen.hexdigest()


def _facts(node: Node) -> tuple[object, ...]:
    if not isinstance(node, File):
        return (type(node).__name__, *node)
    return (node.mode, node.uid, node.gid, node.size, *_of_content(node.load()))


def _of_content(content: Content) -> tuple[object, ...]:
    elf = content.elf
    if elf is None:
        return tuple(content)
    return (*content._replace(elf=None), *elf._replace(tables=None), elf.tables.symbols, elf.tables.relocations)  # type: ignore[arg-type]
