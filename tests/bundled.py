"""The program of the cases of `tree`: one with libraries of its own, beside those of Debian."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf


def lay_out(*beyond: str) -> None:
    """Write it below the working directory; `beyond`: what its innermost library needs besides."""
    files = {
        "app": elf(
            interpreter=GLIBC,
            needed=["liba.so.1", "libstdc++.so.6", "libc.so.6"],
            wants=[Wanted("puts", "GLIBC_2.2.5")],
            versions={"libstdc++.so.6": ["CXXABI_1.3", "GLIBCXX_3.4.9", "GLIBCXX_3.4.20"]},
            runpath="/opt/lib",
        ),
        "lib/liba.so.1": elf(soname="liba.so.1", needed=["libb.so", "libc.so.6"], runpath="$ORIGIN/inner"),
        "lib/inner/libb.so": elf(soname="libb.so", needed=["libz.so.1", "libstdc++.so.6", *beyond]),
    }
    for name, data in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)
        Path(name).chmod(0o755)
