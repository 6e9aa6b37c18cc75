"""Who has made what in an engine, and what is removed of it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from libccheck.images.owners import is_abandoned, mine
from libccheck.images.sweeping import LABEL, sweep

OURS = "/libccheck-verify-1"


class Api:
    """What `sweep` asks of docker's client; `removed` in order."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.held: dict[str, list[Any]] = {"containers": [], "images": []}

    def info(self) -> dict[str, str]:
        return {"SystemTime": "2026-11-28T08:00:10.5Z"}

    def containers(self, **_: object) -> list[Any]:
        return [each for each in self.held["containers"] if each["Id"] not in self.removed]

    def images(self, **_: object) -> list[Any]:
        return [each for each in self.held["images"] if each["Id"] not in self.removed]

    def remove_container(self, identity: str, *, v: bool, force: bool) -> None:
        assert v
        assert force
        self.removed.append(identity)

    def remove_image(self, identity: str, *, force: bool, noprune: bool) -> None:
        assert force
        assert noprune
        self.removed.append(identity)

    def hold(self, kind: str, identity: str, owner: str = "me", age: int = 0, **more: object) -> None:
        made = {"Id": identity, "Labels": {LABEL: owner}, "Created": 1795852810 - age, **more}
        self.held[kind].append(made)


def test_containers_go_before_their_images_and_what_an_image_was_made_of_goes_last() -> None:
    api = Api()
    api.hold("containers", "prepared", Names=[f"{OURS}-prepared"])
    api.hold("containers", "running", Names=[OURS])
    api.hold("images", "made", RepoTags=["<none>:<none>"], RepoDigests=["<none>@<none>"])
    sweep(api, lambda owner, age: (owner, age) == ("me", 0))
    assert api.removed == ["running", "made", "prepared"]


def test_what_is_somebody_elses_stays_whatever_its_label_says() -> None:
    api = Api()
    api.hold("containers", "named otherwise", Names=["/web"])
    api.hold("images", "tagged", RepoTags=["base:1"])
    api.hold("images", "pulled", RepoTags=None, RepoDigests=["base@sha256:1"])
    sweep(api, lambda *_: True)
    assert api.removed == []


def test_only_what_is_chosen_is_removed() -> None:
    api = Api()
    api.hold("containers", "old", age=99, Names=[OURS])
    api.hold("containers", "new", age=3, Names=[OURS])
    sweep(api, lambda _, age: age > 50)
    assert api.removed == ["old"]


def test_a_process_that_is_there_has_abandoned_nothing() -> None:
    assert not is_abandoned(mine(), 10**9)


def test_a_process_that_has_ended_has_abandoned_all() -> None:
    code = "from libccheck.images.owners import mine; print(mine())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert is_abandoned(done.stdout.strip(), 0)


def test_a_process_id_that_was_given_to_another_is_not_the_owner() -> None:
    boot, namespace, _, start = mine().split("/")
    assert is_abandoned(f"{boot}/{namespace}/{os.getpid()}/{int(start) - 1}", 0)


@pytest.mark.parametrize("owner", ["another-boot/1/1/1", "///", "", "nonsense"])
def test_who_cannot_be_seen_has_an_hour(owner: str) -> None:
    assert not is_abandoned(owner, 3599)
    assert is_abandoned(owner, 3601)
