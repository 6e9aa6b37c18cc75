"""probe-directory."""

from pathlib import Path

from tests.forge import GLIBC, elf

for name, data in {
    "bin/sh": elf(kind=2),
    "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n",
    "lib/liba.so.1": elf(soname="liba.so.1", exports=["a"]),
}.items():
    path = Path("root", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755)
Path("root/lib64").mkdir()
Path("root" + GLIBC).symlink_to("/lib/ld-2.36.so")
Path("root/usr/bin").mkdir(parents=True)
Path("root/usr/bin/env").symlink_to("../../bin/busybox")
