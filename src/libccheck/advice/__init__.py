"""What starts and then fails: remarks on what an image lacks, each only where the program shows that it uses it."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.model import Check, Finding, Segment
from libccheck.tree import Tree

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)  # src/crypto/x509/root_linux.go; OpenSSL's and Rust's lists are parts of it
_ZONES = ("/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo")
_WIDE_PAGES = ("aarch64", "ppc64le", "ppc64")


def advice(check: Check, tree: Tree) -> tuple[Finding, ...]:
    """Remarks on a program that starts, in the order of their codes; `tree` is the image with the program in it.

    What an image has needs no look into the program: a topic is imported only where there may be something to say.
    """
    situation = Situation(check, tree)
    found: list[Finding] = []
    if any(each.how == "LD_LIBRARY_PATH" for each in check.launch.objects):
        from libccheck.advice import library_path

        found += library_path.advice(situation)
    elf = check.program.content.elf
    if elf is None or check.loaded_by is not None:
        return tuple(found)
    if elf.interpreter is None:
        from libccheck.advice import static_glibc

        found += static_glibc.advice(situation)
    if not situation.has_any(_BUNDLES, ("SSL_CERT_FILE", "SSL_CERT_DIR")):
        from libccheck.advice import certificates

        found += certificates.advice(situation)
    if situation.variable("TZ") or not situation.has_any(_ZONES, ("ZONEINFO",)):
        from libccheck.advice import zoneinfo

        found += zoneinfo.advice(situation)
    found += _of_the_image(situation)
    if not situation.has("/bin/sh"):
        from libccheck.advice import shell

        found += shell.advice(situation)
    if any(each.type == _PT_NOTE and _NOTED in _start(check, each) for each in elf.segments):
        from libccheck.advice import noted

        found += noted.advice(situation)
    if check.host.machine == "x86_64" and situation.is_go:
        from libccheck.advice import processor

        found += processor.advice(situation)
    if check.host.machine in _WIDE_PAGES and check.host.page_size < _WIDEST:
        from libccheck.advice import pages

        found += pages.advice(situation)
    if _COOKIE in bytes(check.program.data[-_WIDEST:]) or _PACKED in bytes(check.program.data[:_HEAD]):
        from libccheck.advice import unpacked

        found += unpacked.advice(situation)
    return tuple(found)


def _start(check: Check, segment: Segment) -> bytes:
    return bytes(check.program.data[segment.offset : segment.offset + min(segment.filesz, _WIDEST)])


def _of_the_image(situation: Situation) -> list[Finding]:
    """What nearly every image has, and an empty one has not."""
    found: list[Finding] = []
    if not situation.is_dynamic and not situation.is_go:
        return found
    if not all(situation.is_writable(each) for each in ("/tmp", situation.variable("TMPDIR") or "/tmp")):  # noqa: S108
        from libccheck.advice import temporary

        found += temporary.advice(situation)
    if not situation.knows_user():
        from libccheck.advice import user

        found += user.advice(situation)
    return found


_PT_NOTE, _NOTED = 4, b"FDO\0"
_WIDEST = 65536
_COOKIE, _PACKED, _HEAD = b"MEI\014\013\012\013\016", b"UPX!", 512  # of PyInstaller, and of UPX
