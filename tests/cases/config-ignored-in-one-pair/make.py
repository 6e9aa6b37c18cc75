"""config-ignored-in-one-pair."""

from pathlib import Path

from tests.projects import dist

dist()
Path(".libccheck.toml").write_text("""\
[[ignore]]
code = "LC101"
subject = "/lib64/*"
reason = "the next release is static"
""")
