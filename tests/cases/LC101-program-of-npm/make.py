"""LC101-program-of-npm."""

from pathlib import Path

from tests.forge import GLIBC, elf

package = Path("node_modules/@biomejs/cli-linux-x64")
package.mkdir(parents=True)
(package / "package.json").write_text('{"name": "@biomejs/cli-linux-x64", "version": "1.9.4"}\n')
(package / "biome").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
(package / "biome").chmod(0o755)
