"""starts-with-bundled-libraries."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

needed = ["libplugin.so", "libc.musl-x86_64.so.1"]
Path("app").write_bytes(elf(interpreter=MUSL, needed=needed, runpath="$ORIGIN/../lib", wants=[Wanted("plugin")]))
Path("app").chmod(0o755)
Path("lib").mkdir()
Path("lib/libplugin.so.1").write_bytes(elf(soname="libplugin.so", exports=["plugin"]))
Path("lib/libplugin.so").symlink_to("libplugin.so.1")
