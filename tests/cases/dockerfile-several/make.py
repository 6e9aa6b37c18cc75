"""Three Dockerfiles: a script in an image without a shell, a program that starts, and a file that is none."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/sh\nexec true\n")
Path("run.sh").chmod(0o755)
Path("script.Dockerfile").write_text('FROM scratch\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n')
Path("alpine.Dockerfile").write_text('FROM alpine:3.20\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n')
Path("broken.Dockerfile").write_text("FORM alpine\n")
