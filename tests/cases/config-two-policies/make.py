"""config-two-policies."""

from pathlib import Path

from tests.projects import dist

dist()
Path("pyproject.toml").write_text("""\
[project]
name = "app"

[tool.libccheck]
programs = ["dist/app"]

[[tool.libccheck.check]]
name = "old"
max-glibc = "2.17"

[[tool.libccheck.check]]
name = "wheels"
policy = "manylinux_2_39"
deny-needed = ["libssl*"]
""")
