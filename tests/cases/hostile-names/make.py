"""hostile-names: names that would be commands, markup, mentions or invalid in one of the formats."""

from pathlib import Path

from tests.forge import elf

for name in ("a|b`c\n::error::d", "[x](y)@you #1 www.z :x: <b>]]>\x1b[31m"):
    Path(name).write_bytes(elf(interpreter="/@everyone\n::add-mask::*`|\ufffe"))
    Path(name).chmod(0o755)
Path("::warning::\n|`@all`").mkdir()
