"""The config of an image, as OCI and Docker write it."""

from __future__ import annotations

from typing import Any

import pytest

from libccheck.errors import LibccheckError
from libccheck.images.config import DEFAULT, config_of
from libccheck.model import Config


def test_every_field_is_taken() -> None:
    data = {
        "Entrypoint": ["/app", "--flag"],
        "Cmd": ["run"],
        "Env": ["PATH=/bin", "OPTIONS=a=b", "EMPTY=", "BARE"],
        "User": "app:app",
        "WorkingDir": "/srv",
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 5},
        "Shell": ["/bin/sh", "-c"],
        "ExposedPorts": {"80/tcp": {}},
    }
    assert config_of(data) == Config(
        entrypoint=("/app", "--flag"),
        cmd=("run",),
        env=(("PATH", "/bin"), ("OPTIONS", "a=b"), ("EMPTY", ""), ("BARE", "")),
        user="app:app",
        workdir="/srv",
        healthcheck=("CMD", "true"),
        shell=("/bin/sh", "-c"),
    )


@pytest.mark.parametrize("data", [None, {}, {"Entrypoint": None, "Env": None, "User": "", "Healthcheck": None}])
def test_what_is_absent_is_empty(data: Any) -> None:
    assert config_of(data) == Config()


def test_an_entrypoint_may_be_one_word() -> None:
    assert config_of({"Entrypoint": "/app"}).entrypoint == ("/app",)


@pytest.mark.parametrize(
    "data",
    [
        [],
        "x",
        {"Entrypoint": {}, "Cmd": 1},
        {"Cmd": [1]},
        {"Env": ["A=\0"]},
        {"Env": [None]},
        {"User": 1},
        {"WorkingDir": ["x"]},
        {"User": "a\0"},
        {"Healthcheck": [1]},
        {"Healthcheck": {"Test": [["x"]]}},
    ],
)
def test_other_types_are_refused(data: Any) -> None:
    with pytest.raises(LibccheckError, match="config"):
        config_of(data)


def test_a_bare_root_has_dockers_path() -> None:
    assert dict(DEFAULT.env) == {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
