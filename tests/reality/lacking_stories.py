"""Programs that start and then lack something of the image, which is then put in: only then they announce themselves.

What they run on cannot be written, so the one that makes temporary files only looks at the directory for them.
"""

from __future__ import annotations

from tests.reality.stories import Story, c_program, go_program

_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_OPENS = f'#include <stdio.h>\nint main(void){{if(fopen("{_BUNDLE}", "r"))puts("started");return 0;}}\n'
_MAKES = (
    "#include <stdio.h>\n#include <sys/stat.h>\nint main(int n, char **a){struct stat s;"
    'if(!stat("/tmp", &s) && (s.st_mode & 07777) == 01777)puts("started");return n > 9 && a ? !tmpfile() : 0;}\n'
)
_ASKS = '#include <pwd.h>\n#include <stdio.h>\nint main(void){if(getpwuid(0))puts("started");return 0;}\n'
_CALLS = '#include <stdio.h>\n#include <stdlib.h>\nint main(void){if(!system("exit 0"))puts("started");return 0;}\n'
_LOADS = (
    'package main\n\nimport (\n\t"fmt"\n\t"time"\n)\n\n'
    'func main() {\n\tif _, err := time.LoadLocation("Europe/Paris"); err == nil {\n'
    '\t\tfmt.Println("started")\n\t}\n}\n'
)


def _c(name: str, title: str, template: str, source: str) -> tuple[Story, ...]:
    """For both C libraries, in roots that have little else."""
    roots = (("gcc", "bare-minimal-host"), ("musl-gcc", "bare-musl"))
    return tuple(
        c_program(f"{name}-{compiler}", root, title, template, source=source, compiler=compiler)
        for compiler, root in roots
    )


LACKING = (
    *_c("certificates", "copy the certificates", "copy-from", _OPENS),
    *_c("temporary", "copy a directory that everybody", "copy-from", _MAKES),
    *_c("shell", "copy a static shell", "copy-from", _CALLS),
    *(each._replace(templates=("passwd", "copy")) for each in _c("user", "name the user", "passwd", _ASKS)),
    *(
        go_program(f"zones-{root}", root, "copy the time zones", "copy-from", _LOADS, "CGO_ENABLED=0")
        for root in ("empty", "static-busybox")
    ),
)
