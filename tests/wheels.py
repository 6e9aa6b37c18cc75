"""Real wheels, which pip fetches once: of several machines, for glibc and musl, old profiles and new ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.alone import alone
from tests.toolchains import BUILD, MissingError

PLACE = BUILD / "wheels"

WHEELS = (
    # platform, Python, what is fetched for them
    ("manylinux1_i686", "3.12", "rpds-py==2026.9.1"),
    ("manylinux1_x86_64", "3.8", "cffi==1.14.6 msgpack==1.0.2 ujson==4.1.0"),
    ("manylinux2010_x86_64", "3.8", "markupsafe==2.0.1 pyyaml==6.0"),
    ("manylinux2014_i686", "3.12", "markupsafe==3.0.2 regex==2024.11.6"),
    ("manylinux2014_ppc64le", "3.12", "rpds-py==2026.9.1"),
    ("manylinux2014_s390x", "3.12", "rpds-py==2026.9.1"),
    ("manylinux2014_x86_64", "3.10", "watchfiles==1.3.0"),
    ("manylinux2014_x86_64", "3.6", "argon2-cffi-bindings==21.2.0"),
    ("manylinux_2_17_aarch64", "3.12", "cffi==2.1.1 ujson==6.1.0"),
    ("manylinux_2_17_x86_64", "3.10", "zopfli==0.4.3"),
    ("manylinux_2_17_x86_64", "3.11", "cryptography==50.0.2"),
    ("manylinux_2_17_x86_64", "3.8", "pynacl==1.6.2"),
    ("manylinux_2_17_x86_64", "3.9", "bcrypt==5.0.0 pycryptodome==4.4.0"),
    ("manylinux_2_28_aarch64", "3.12", "markupsafe==3.0.4 msgpack==1.2.4 pyyaml==6.0.4"),
    ("manylinux_2_28_ppc64le", "3.12", "markupsafe==3.0.4"),
    ("manylinux_2_28_s390x", "3.12", "pyyaml==6.0.4"),
    ("manylinux_2_28_x86_64", "3.12", "aiohttp==3.14.5 bitarray==3.12.3 cffi==2.0.0b1 contourpy==1.4.0"),
    ("manylinux_2_28_x86_64", "3.12", "greenlet==3.5.6 isal==1.9.1 lxml==6.1.3 lz4==4.4.5 markupsafe==3.0.4"),
    ("manylinux_2_28_x86_64", "3.12", "msgpack==1.2.4 multidict==7.2.1 pillow==13.0.0 propcache==0.5.4"),
    ("manylinux_2_28_x86_64", "3.12", "pyyaml==6.0.4 regex==2026.11.19 ujson==6.1.0 uvloop==0.23.0 xxhash==4.1.0"),
    ("manylinux_2_28_x86_64", "3.12", "yarl==1.25.1"),
    ("manylinux_2_28_x86_64", "3.6", "psutil==7.2.2"),
    ("manylinux_2_31_riscv64", "3.12", "rpds-py==2026.9.1"),
    ("manylinux_2_5_x86_64", "3.12", "charset-normalizer==3.5.3 frozenlist==1.8.0 httptools==0.9.0"),
    ("manylinux_2_5_x86_64", "3.12", "simplejson==4.3.0 wrapt==2.5.2"),
    ("musllinux_1_1_x86_64", "3.10", "markupsafe==2.1.5 msgpack==1.0.8"),
    ("musllinux_1_1_x86_64", "3.9", "bcrypt==5.0.0"),
    ("musllinux_1_2_x86_64", "3.12", "cffi==2.1.1 greenlet==3.5.6 lxml==6.1.3 markupsafe==3.0.4 msgpack==1.2.4"),
    ("musllinux_1_2_x86_64", "3.12", "multidict==7.2.1 orjson==3.13.0 pyyaml==6.0.4 regex==2026.11.19"),
    ("musllinux_1_2_x86_64", "3.12", "uvloop==0.23.0"),
)
FEW = 3


def few() -> list[Path]:
    """One for glibc, one for another C library, one with libraries of its own."""
    return [
        fetched("manylinux_2_28_x86_64", "3.12", "markupsafe==3.0.4"),
        fetched("musllinux_1_2_x86_64", "3.12", "markupsafe==3.0.4"),
        fetched("manylinux1_x86_64", "3.8", "cffi==1.14.6"),
    ]


def every() -> list[Path]:
    return [fetched(platform, python, name) for platform, python, names in WHEELS for name in names.split()]


def fetched(platform: str, python: str, name: str) -> Path:
    place = PLACE / f"{platform}-{python}-{name}"
    with alone(place):
        found = list(place.glob("*.whl"))
        if found:
            return found[0]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        target = ["--only-binary=:all:", "--platform", platform, "--python-version", python, "--dest", str(place), name]
        done = subprocess.run([*command, *target], capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise MissingError(f"pip does not get {name} for {platform}: {done.stderr.strip()[-200:]}")
        return next(place.glob("*.whl"))
