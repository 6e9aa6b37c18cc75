"""The table of rules: every place where an exec gets stuck, and every remark on one that does not."""

from __future__ import annotations

from libccheck.record import NamedTuple


class Rule(NamedTuple):
    """severity: "error", "warning" or "info"; summary: one line, lower case, no full stop."""

    code: str
    name: str
    severity: str
    summary: str


SEVERITIES = ("info", "warning", "error")
"""From the mildest to the gravest."""

_TABLE = (
    ("LC100", "program-missing", "error", "the program itself is not there, or not in PATH"),
    ("LC101", "interpreter-missing", "error", "the loader that the program names is not in the image"),
    ("LC102", "wrong-machine", "error", "the program was built for another architecture"),
    ("LC103", "interpreter-unusable", "error", "the loader is in the image, but the kernel cannot use it"),
    ("LC104", "not-executable", "error", "the program may not be executed: mode bits, owner or a directory"),
    ("LC105", "script-interpreter-missing", "error", "the #! line names what the image lacks"),
    ("LC106", "script-crlf", "error", "the #! line ends in a carriage return"),
    ("LC107", "not-a-program", "error", "neither ELF nor a #! script: nothing that the kernel can start"),
    ("LC108", "shared-library", "error", "a library was run as a program"),
    ("LC109", "script-nesting", "error", "scripts interpret scripts, deeper than the kernel goes"),
    ("LC201", "library-missing", "error", "the loader cannot find a library that is needed"),
    ("LC202", "library-unusable", "error", "the library is there, but the loader cannot use it"),
    ("LC203", "version-missing", "error", "the library is older than the one that was linked against"),
    ("LC204", "symbol-missing", "error", "no library that was loaded has a symbol that is needed at the start"),
    ("LC205", "isa-level-too-low", "error", "the program wants a newer CPU than the host has"),
    ("LC206", "kernel-too-old", "error", "the C library wants a newer kernel than the host has"),
    ("LC207", "loader-crash", "error", "the loader dies of a signal or an assertion"),
    ("LC208", "relocation-unsupported", "error", "the loader does not know a kind of relocation"),
    ("LC209", "loader-refuses", "error", "the loader finds everything and still refuses"),
    ("LC301", "lazy-symbol-missing", "warning", "it starts, and dies when it first calls a function that is not there"),
    ("LC302", "glibc-program-on-musl", "warning", "it starts, but a program made for glibc runs on musl"),
    ("LC303", "static-tls-in-plugin", "warning", "it loads, and takes some of the little static TLS that is left"),
    ("LC304", "executable-stack-in-plugin", "warning", "it loads, but not on glibc from 2.41 on: executable stack"),
    ("LC305", "needs-library-path", "warning", "it starts only as long as LD_LIBRARY_PATH is set"),
    ("LC306", "static-glibc-loads-modules", "warning", "it is static, and the glibc in it still loads modules"),
    ("LC307", "certificates-missing", "warning", "it opens TLS connections, and the image has no authorities"),
    ("LC308", "time-zones-missing", "warning", "it asks for a time zone that the image does not have"),
    ("LC309", "temporary-directory-missing", "warning", "it makes temporary files, and there is no place for them"),
    ("LC310", "user-unknown", "warning", "it asks for its user, of whom /etc/passwd knows nothing"),
    ("LC311", "shell-missing", "warning", "a command is for a shell, and the image has none"),
    ("LC312", "noted-library-missing", "warning", "it says that it loads a library later, which the image lacks"),
    ("LC313", "pages-too-wide", "warning", "it starts, but not on kernels of this machine with wider pages"),
    ("LC314", "isa-level-unstated", "warning", "it starts, but not on every CPU of this machine"),
    ("LC315", "contents-not-read", "warning", "it starts, but what it then unpacks was not looked at"),
    ("LC401", "builder-newer-than-runtime", "error", "the builder stage has a newer glibc than the stage that runs"),
    ("LC402", "runtime-without-libraries", "error", "the stage that runs lacks the loader or a library of the builder"),
    ("LC403", "floating-builder-tag", "warning", "the builder's tag moves to newer releases, the other stage does not"),
    ("LC404", "built-for-another-machine", "error", "the builder makes programs for its own machine, not the image's"),
    ("LC405", "copied-script-crlf", "error", "a script with Windows line ends is copied into the image"),
    ("LC406", "copied-without-execute-bit", "error", "a program is copied into the image without its execute bit"),
    ("LC407", "copied-script-interpreter", "error", "a copied script names what the last stage lacks"),
    ("LC408", "shell-form-without-shell", "error", "ENTRYPOINT or CMD is in shell form, and there is no shell"),
    ("LC409", "user-without-passwd", "error", "USER names somebody whom the image's /etc/passwd does not know"),
    (
        "LC410",
        "copied-program-unfit",
        "error",
        "a copied program does not start in the last stage",
    ),
    ("LC411", "toolchain-kept", "info", "the image that runs holds the compiler that built it"),
    ("LC412", "healthcheck-without-shell", "warning", "HEALTHCHECK is in shell form, and there is no shell"),
    ("LC413", "onbuild-not-followed", "info", "an ONBUILD line acts in images that are built on this one, not in it"),
    ("LC501", "glibc-too-new", "error", "it asks for a newer glibc than the policy allows"),
    ("LC502", "musl-too-new", "error", "it asks for a newer musl than the policy allows"),
    ("LC503", "not-static", "error", "the policy wants a static program"),
    ("LC504", "library-not-allowed", "error", "it needs a library that the policy does not allow"),
    ("LC505", "search-path-set", "error", "it says where its libraries are, which the policy does not allow"),
    ("LC506", "isa-level-not-allowed", "error", "it wants a newer CPU than the policy allows"),
    ("LC507", "kernel-not-allowed", "error", "it wants a newer kernel than the policy allows"),
    ("LC508", "version-not-in-profile", "error", "it asks for a symbol version that the profile does not have"),
    ("LC509", "private-symbol", "error", "it uses a symbol that a library keeps to itself"),
    ("LC510", "profile-for-others", "error", "the profile is for another C library or other machines"),
    ("LC601", "ignore-stale", "warning", "an ignore of the configuration matches nothing"),
    ("LC602", "ignore-expired", "warning", "an ignore of the configuration has expired"),
    ("LC603", "baseline-stale", "info", "the baseline knows a finding that is gone"),
    ("LC901", "loader-unknown", "info", "nobody knows the loader that the program asks for"),
    ("LC902", "fact-left-out", "info", "what would decide is not known"),
)

RULES = {row[0]: Rule(*row) for row in _TABLE}


def severity_of(code: str, *, fails: bool) -> str:
    """How grave a finding is: what is wrong with a Dockerfile is an error only where a program is predicted to fail."""
    severity = RULES[code].severity
    return "warning" if severity == "error" and code.startswith("LC4") and not fails else severity
