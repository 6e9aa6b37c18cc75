"""`dir:`: what a real directory gives, looked at only as far as somebody asks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.images import directory as module
from libccheck.images import open_image
from libccheck.images.directory import Nodes, open_directory
from libccheck.model import Directory, File, Link, Special
from tests.archives import plain
from tests.forge import MUSL, elf

PROGRAM = elf(interpreter=MUSL, needed=["libc.so"], exports=["answer"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "tool").write_bytes(PROGRAM)
    (made / "bin" / "tool").chmod(0o4711)
    (made / "bin" / "sh").symlink_to("tool")
    (made / "etc").mkdir()
    (made / "etc" / "passwd").write_text("root:x:0:0::/root:/bin/sh\n" * 100)
    return made


def file_of(nodes: Nodes, path: str) -> File:
    node = nodes.get(path)
    assert isinstance(node, File)
    return node


def test_every_path_is_a_node(root: Path) -> None:
    nodes = Nodes(str(root))
    assert list(nodes) == ["/", "/bin", "/bin/sh", "/bin/tool", "/etc", "/etc/passwd"]
    assert len(nodes) == 6
    assert nodes["/bin/sh"] == Link("tool")
    assert file_of(nodes, "/bin/tool")[:5] == (0o4711, os.getuid(), os.getgid(), len(PROGRAM), None)
    assert file_of(nodes, "/bin/tool").load() == content(PROGRAM)
    assert file_of(nodes, "/etc/passwd").load().text == (root / "etc" / "passwd").read_bytes()
    assert "/nothing" not in nodes
    with pytest.raises(KeyError):
        nodes["/nothing"]


@pytest.mark.parametrize(
    "path", ["", "bin", "/bin/", "/bin/../etc", "/./bin", "//bin", "/bin//tool", "/bin/sh/x", "/bin/tool/x", "/.."]
)
def test_what_is_no_real_path_is_not_there(root: Path, path: str) -> None:
    assert Nodes(str(root)).get(path) is None


def test_links_are_never_followed_by_a_look_at_a_node(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    (root / "up").symlink_to(tmp_path / "outside")
    nodes = Nodes(str(root))
    assert isinstance(nodes.get("/up"), Link)
    assert nodes.get("/up/secret") is None
    assert nodes.names("/up") == []
    assert open_directory(str(root), "dir:x").tree.resolve("/up/secret").errno == "ENOENT"


def test_a_link_put_in_place_of_a_file_is_not_opened(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("#!x")
    node = file_of(Nodes(str(root)), "/bin/tool")
    (root / "bin" / "tool").unlink()
    (root / "bin" / "tool").symlink_to(tmp_path / "secret")
    with pytest.raises(LibccheckError, match="cannot read /bin/tool"):
        node.load()


def test_fifos_and_sockets_are_there_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe", 0o644)
    assert isinstance(Nodes(str(root)).get("/pipe"), Special)
    node = file_of(Nodes(str(root)), "/bin/tool")
    (root / "bin" / "tool").unlink()
    os.mkfifo(root / "bin" / "tool")
    with pytest.raises(LibccheckError, match="no longer a regular file"):
        node.load()


def test_devices_are_there_and_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = Nodes("/dev")
    monkeypatch.setattr(os, "open", None)
    assert isinstance(nodes.get("/null"), Special)
    assert nodes.get("/null/x") is None


def test_a_live_proc_reads_as_an_empty_directory() -> None:
    if not os.path.ismount("/proc"):
        pytest.skip("there is no /proc here")
    nodes = Nodes("/")
    assert isinstance(nodes.get("/proc"), Directory)
    assert nodes.get("/proc/self") is None
    assert nodes.get("/proc/1/exe") is None
    assert nodes.names("/proc") == []


def test_a_directory_that_is_only_called_proc_is_read(root: Path) -> None:
    (root / "proc").mkdir()
    (root / "proc" / "x").write_text("x")
    assert isinstance(Nodes(str(root)).get("/proc/x"), File)


def test_the_whole_machine_opens_without_being_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bytes] = []
    lstat = os.lstat

    def counting(path: bytes) -> os.stat_result:
        looked.append(path)
        return lstat(path)

    monkeypatch.setattr(os, "lstat", counting)
    image = open_image("dir:/")
    assert image.tree.resolve("/bin/sh").errno is None
    assert len(looked) < 100


def test_many_libraries_do_not_exhaust_the_file_descriptors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAPPED", 1)
    for number in range(3):
        (root / f"lib{number}.so").write_bytes(PROGRAM)
    nodes = Nodes(str(root))
    before = len(os.listdir("/proc/self/fd"))
    loaded = [file_of(nodes, f"/lib{number}.so").load() for number in range(3)]
    assert len(os.listdir("/proc/self/fd")) == before + 1
    assert loaded == [content(PROGRAM)] * 3


def test_names_that_are_not_utf_8_survive(root: Path) -> None:
    (root / os.fsdecode(b"caf\xe9")).write_text("x")
    assert "/caf\udce9" in set(Nodes(str(root)))


def test_a_file_that_may_not_be_read_is_a_clear_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    node = file_of(Nodes(str(root)), "/bin/tool")
    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(LibccheckError, match=r"cannot read /bin/tool in .*: Permission denied"):
        node.load()


def test_what_is_no_directory_is_refused(root: Path) -> None:
    with pytest.raises(LibccheckError, match="does not exist"):
        open_image(f"dir:{root}/missing")
    with pytest.raises(LibccheckError, match="is not a directory") as raised:
        open_image(f"dir:{root}/bin/tool")
    assert "tar:" in raised.value.hint


def test_a_root_that_is_a_link_is_the_directory_it_leads_to(root: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(root)
    assert plain(open_image(f"dir:{tmp_path}/here").tree) == plain(open_image(f"dir:{root}").tree)


def test_an_empty_root_is_taken_to_be_for_this_machine(tmp_path: Path) -> None:
    assert open_image(f"dir:{tmp_path}").platform == open_image("scratch").platform
