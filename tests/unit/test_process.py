"""The process that a container runtime makes of a config."""

from __future__ import annotations

import pytest

from libccheck.errors import LibccheckError
from libccheck.model import Config, User
from libccheck.process import DEFAULT_PATH, Overrides, process_of, user_of
from tests.values import tree

PASSWD = b"root:x:0:0:root:/root:/bin/sh\n# comment\napp:x:1000:1001::/home/app:/bin/sh\nbroken\n2000:x:7:8:::\n"
GROUP = b"root:x:0:root\nwheel:x:10:root,app\naudio:x:29:app\nstaff:x:50:\n"
ETC = tree({"/etc/passwd": PASSWD, "/etc/group": GROUP})


def test_without_a_user_it_is_root() -> None:
    assert user_of("", tree({})) == User(0, 0, ())


def test_a_name_is_looked_up_in_the_image_with_its_groups() -> None:
    assert user_of("app", ETC) == User(1000, 1001, (10, 29))


def test_a_number_takes_the_group_of_its_entry() -> None:
    assert user_of("1000", ETC) == User(1000, 1001, (10, 29))


def test_a_number_without_an_entry_has_group_0() -> None:
    assert user_of("65534", ETC) == User(65534, 0, ())


def test_a_group_named_replaces_the_groups_of_the_user() -> None:
    assert user_of("app:staff", ETC) == User(1000, 50, ())
    assert user_of("app:77", ETC) == User(1000, 77, ())
    assert user_of("65534:65534", tree({})) == User(65534, 65534, ())


def test_a_user_called_like_a_number_is_found_by_name() -> None:
    assert user_of("2000", ETC).uid == 7


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ("nobody", "unable to find user nobody: no matching entries in passwd file"),
        ("app:nogroup", "unable to find group nogroup: no matching entries in group file"),
        ("-1", "unable to find user -1"),
        ("4294967296", "unable to find user 4294967296"),
    ],
)
def test_who_is_not_there_is_told_in_the_words_of_the_runtime(user: str, message: str) -> None:
    with pytest.raises(LibccheckError, match=message):
        user_of(user, ETC)


def test_the_config_is_taken_over() -> None:
    config = Config(env=(("PATH", "/bin"), ("LD_LIBRARY_PATH", "/opt/lib")), user="1000", workdir="/srv/")
    process = process_of(config, tree({}), Overrides())
    assert process.env == (("PATH", "/bin"), ("LD_LIBRARY_PATH", "/opt/lib"))
    assert process.cwd == "/srv"
    assert process.user.uid == 1000


def test_overrides_win() -> None:
    config = Config(env=(("A", "1"), ("B", "2")), user="1000", workdir="/srv")
    process = process_of(config, tree({}), Overrides({"B": "3"}, "0", "/"))
    assert dict(process.env)["A"] == "1"
    assert dict(process.env)["B"] == "3"
    assert process.cwd == "/"
    assert process.user == User()


def test_an_image_without_a_path_gets_the_default_one() -> None:
    assert dict(process_of(Config(), tree({}), Overrides()).env)["PATH"] == DEFAULT_PATH


def test_a_working_directory_left_empty_is_the_root() -> None:
    assert process_of(Config(workdir=""), tree({}), Overrides()).cwd == "/"
