"""The kernel's refusals in the words of runc, crun, containerd, Docker, Podman, Kubernetes and emulators."""

from __future__ import annotations

from libccheck.causes.saying import ANY, DENIED, FORMAT, LOADER_UNFIT, NAME, NOT_FOUND, PATH, Saying

_NO_SHELL = (
    "the image has no shell, and the command, the health check or a script's call needs one: it is in shell form"
)
_EMULATED = "an emulator runs the program of another architecture, and the loader of that architecture is not there"
_PLATFORM = "the image was made for another platform than the host: the engine said so before it started anything"

SAID = (
    Saying(
        r"(?<!cannot )stat [`'\"]?(?P<program>/(?:usr/)?bin/(?:ba|da|a)?sh)\b['\"]?: no such", ("LC100",), _NO_SHELL
    ),
    Saying(r"(?<!cannot )\bstat (?P<program>/?[^\s:'\"]+): (?:no such file or directory|not a directory)", ("LC100",)),
    Saying(
        r"chdir to cwd \(\\?\"(?P<subject>[^\"\\]*)",
        ("LC100",),
        "the working directory (WORKDIR, or workingDir) is not in the image",
    ),
    Saying(NAME + r":? executable file not found in", ("LC100",)),
    Saying(r"executable file " + ANY + r" not found", ("LC100",)),
    Saying(r"executable file not found in|executable file .*not found", ("LC100",)),
    Saying(r"(?:qemu-[\w-]+|binfmt-P): could not open '(?P<subject>[^']*)'", ("LC101",), _EMULATED),
    Saying(r"could not open '(?P<subject>/lib[^']*/ld[^']*)'", ("LC101",), _EMULATED),
    Saying(r"rosetta error: failed to open elf at (?P<subject>\S+)", ("LC101",), _EMULATED),
    Saying(r"no matching manifest for (?P<subject>\S+)", ("LC102",), "no image of that name for the host's platform"),
)
"""They say which file, or which cause."""

REFUSED = (
    Saying(r"missing dynamic library\?\) " + PATH + r": no such file", NOT_FOUND),
    Saying(r"exec user process caused:? [\"\\]*no such file or directory", NOT_FOUND),
    Saying(r"exec user process caused:? [\"\\]*exec format error", FORMAT),
    Saying(r"exec user process caused:? [\"\\]*permission denied", ("LC103", "LC104")),
    Saying(r"\[8\] system error: no such file", NOT_FOUND),
    Saying(r"\[8\] system error: exec format error", FORMAT),
    Saying(r"exec: \\?\"(?P<program>[^\"\\]*)\\?\": (?:permission denied|is a directory)", ("LC104",)),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: no such file or directory", NOT_FOUND),
    Saying(r"exec:? (?:container process )?" + PATH + r"(?: failed)?: exec format error", FORMAT),
    Saying(r"the path " + PATH + r" (?:exists but it is not executable|is not a regular file)", ("LC104",)),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: permission denied", ("LC103", "LC104")),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: (?:input/output|accessing a corr)", LOADER_UNFIT),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: too many levels", ("LC109", "LC103")),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: not a directory", ("LC103", "LC100")),
    Saying(r"exec (?:container process )?" + PATH + r"(?: failed)?: invalid argument", ("LC107",)),
    # systemd, init programs and wrappers
    Saying(r"failed at step exec spawning " + PATH + r": no such", NOT_FOUND),
    Saying(r"failed at step exec spawning " + PATH + r": exec format", FORMAT),
    Saying(r"failed at step exec spawning " + PATH + r": permission", DENIED),
    Saying(r"execve\(\\?" + PATH + r".*= -1 enoent", NOT_FOUND),
    Saying(r"execve\(\\?" + PATH + r".*= -1 enoexec", FORMAT),
    Saying(r"execve\(\\?" + PATH + r".*= -1 eacces", DENIED),
)

WARNED = (
    Saying(r"requested image's platform \((?P<subject>[^)]*)\) does not match", ("LC102",), _PLATFORM),
    Saying(r"image platform \((?P<subject>[^)]*)\) does not match", ("LC102",), _PLATFORM),
)

VAGUE = (
    Saying(r"exec format error|cannot execute binary file|\benoexec\b", FORMAT),
    Saying(r"accessing a corrupted shared library|\belibbad\b", LOADER_UNFIT),
    Saying(r"input/output error|\beio\b", LOADER_UNFIT),
    Saying(r"too many levels of symbolic links|\beloop\b", ("LC109", "LC103")),
    Saying(r"permission denied|\beacces\b", DENIED),
    Saying(r"is a directory|\beisdir\b", ("LC104",)),
    Saying(
        r"(?:sigsegv|exit|139).*(?:\bmusl|alpine|\brelr\b)|(?:\bmusl|alpine|\brelr\b).*(?:sigsegv|segm|139)",
        ("LC207", "LC108", "LC302"),
    ),
    Saying(
        r"segmentation fault|sigsegv|signal 11\b|exit(?:ed)?(?: with)?(?: code| status)?:?\s*\(?139|core dumped",
        ("LC108", "LC207"),
    ),
    Saying(
        r"^(?!.*\b(?:open|lstat|mkdir|chdir|readlink|unlink|remove|rename|read|cat|ls|cp|mv|rm|cd|tar|grep|sed)\b"
        r"[: ]).*(?:no such file or directory|\benoent\b)",
        NOT_FOUND,
    ),
)
"""An errno, and not much more."""
