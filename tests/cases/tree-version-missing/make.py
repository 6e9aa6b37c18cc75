"""tree-version-missing."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(
    elf(interpreter=GLIBC, needed=["libstdc++.so.6"], versions={"libstdc++.so.6": ["GLIBCXX_3.4.32", "CXXABI_1.3.15"]})
)
Path("app").chmod(0o755)
