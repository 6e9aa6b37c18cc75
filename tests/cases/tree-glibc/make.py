"""tree-glibc: a program with libraries of its own, beside those of Debian."""

from tests.bundled import lay_out

lay_out()
