"""What a finding is known by from one run to the next: code, subject, program and image, whatever the words."""

from __future__ import annotations

from hashlib import sha256
from posixpath import normpath

from libccheck.model import Check, Configuration, Finding, Judgment
from libccheck.record import NamedTuple

_POLICY = "policy"


class Known(NamedTuple):
    """A finding without its words. image, platform: "" of what is against a policy, which knows no image.

    loaded_by: the path of the program that loads the library. dockerfile, stage: what it is about, or "".
    """

    code: str
    subject: str
    program: str
    image: str = ""
    platform: str = ""
    loaded_by: str = ""
    dockerfile: str = ""
    stage: str = ""

    @property
    def pair(self) -> Known:
        """All findings of one check have it in common."""
        return self._replace(code="", subject="", stage="")

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits; it stays when the wording, a digest, a line's number or the order changes."""
        marks = (self.loaded_by, self.image, self.platform) if self.image else (_POLICY,)
        parts = (
            self.code,
            self.subject,
            normpath(self.program),
            *marks,
            *((self.dockerfile, self.stage) if self.dockerfile else ()),
        )
        return sha256(encoded("\0".join(parts))).hexdigest()


def known(owner: Check | Judgment | Configuration, finding: Finding) -> Known:
    """What the finding of that check or judgment is known by."""
    at = (finding.at or owner.at) if isinstance(owner, Check) else None
    pair = pair_of(owner)._replace(code=finding.code, subject=finding.subject)
    return pair._replace(dockerfile=normpath(at.file), stage=at.stage) if at is not None else pair


def pair_of(owner: Check | Judgment | Configuration) -> Known:
    """The same without a finding."""
    if isinstance(owner, Configuration):
        return Known("", "", owner.file or owner.baseline)
    path = normpath(owner.program.path)
    if isinstance(owner, Judgment):
        return Known("", "", path)
    image = owner.image
    file = normpath(owner.at.file) if owner.at is not None else ""
    return Known("", "", path, image.reference, image.platform, owner.loaded_by or "", file)


def encoded(text: str) -> bytes:
    """The bytes that a name was read from; half a surrogate pair was never read from any."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
