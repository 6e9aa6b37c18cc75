"""Programs and files are placed as COPY places them."""

from __future__ import annotations

import pytest

from libccheck.errors import LibccheckError
from libccheck.model import Directory, File, Link, Node
from libccheck.placement import Copy, file_name, place_copy, place_of, place_program
from tests.values import directory, file, program, tree


def copy(destination: str, nodes: dict[str, Node], source: str = "src") -> Copy:
    return Copy(source, destination, nodes)


class TestWhere:
    @pytest.mark.parametrize("path", ["./httpd", "httpd", "build/out/httpd", "/abs/httpd", "httpd/"])
    def test_a_program_stands_at_its_file_name_in_the_root(self, path: str) -> None:
        assert place_of(path, None, "/srv") == "/httpd"

    @pytest.mark.parametrize("path", [".", "..", "/", "a/.."])
    def test_a_path_without_a_name_is_called_program(self, path: str) -> None:
        assert file_name(path) == "program"

    def test_a_place_that_ends_in_a_slash_is_a_directory(self) -> None:
        assert place_of("./httpd", "/opt/bin/", "/") == "/opt/bin/httpd"

    def test_a_place_without_a_slash_is_the_path_itself(self) -> None:
        assert place_of("./httpd", "/opt/server", "/") == "/opt/server"

    def test_a_relative_place_starts_at_the_working_directory(self) -> None:
        assert place_of("./httpd", "bin/", "/srv") == "/srv/bin/httpd"


class TestProgram:
    def test_it_keeps_its_mode_and_belongs_to_root(self) -> None:
        placed = place_program(tree({}), program(b"#!/bin/sh\n", mode=0o640), "/app").nodes["/app"]
        assert isinstance(placed, File)
        assert (placed.mode, placed.uid, placed.gid) == (0o640, 0, 0)

    def test_missing_parents_are_made(self) -> None:
        assert isinstance(place_program(tree({}), program(b""), "/opt/x/app").nodes["/opt/x"], Directory)

    def test_a_link_among_the_parents_is_followed_inside_the_root(self) -> None:
        after = place_program(tree({"/bin": "usr/bin", "/usr/bin": Directory(0o755, 0, 0)}), program(b""), "/bin/app")
        assert isinstance(after.nodes["/usr/bin/app"], File)
        assert isinstance(after.nodes["/bin"], Link)

    def test_a_link_that_leads_nowhere_is_followed_to_where_it_would_lead(self) -> None:
        after = place_program(tree({"/lib64": "/usr/lib64"}), program(b""), "/lib64/app")
        assert isinstance(after.nodes["/usr/lib64/app"], File)

    def test_links_never_lead_out_of_the_root(self) -> None:
        after = place_program(tree({"/up": "../../.."}), program(b""), "/up/app")
        assert isinstance(after.nodes["/app"], File)

    def test_a_link_loop_is_one_clear_error(self) -> None:
        with pytest.raises(LibccheckError, match="too many levels of symbolic links"):
            place_program(tree({"/a": "b", "/b": "a"}), program(b""), "/a/app")

    def test_a_directory_at_the_place_is_not_replaced(self) -> None:
        with pytest.raises(LibccheckError, match="a directory is there"):
            place_program(tree({"/bin": Directory(0o755, 0, 0)}), program(b""), "/bin")

    def test_a_file_among_the_parents_is_an_error(self) -> None:
        with pytest.raises(LibccheckError, match="/etc is not a directory"):
            place_program(tree({"/etc": b""}), program(b""), "/etc/app")

    def test_a_program_that_is_a_directory_is_placed_as_one(self) -> None:
        assert isinstance(place_program(tree({}), directory("./app"), "/app").nodes["/app"], Directory)


class TestCopy:
    def test_a_file_lands_at_the_path_named(self) -> None:
        after = place_copy(tree({}), copy("/etc/app.conf", {"": file(b"x")}), "/")
        assert isinstance(after.nodes["/etc/app.conf"], File)

    def test_a_file_lands_in_a_directory_that_is_there(self) -> None:
        after = place_copy(tree({"/lib": Directory(0o755, 0, 0)}), copy("/lib", {"": file(b"x")}, "a/libz.so.1"), "/")
        assert isinstance(after.nodes["/lib/libz.so.1"], File)

    def test_a_slash_at_the_end_makes_a_directory(self) -> None:
        after = place_copy(tree({}), copy("/opt/", {"": file(b"x")}, "a/libz.so.1"), "/")
        assert isinstance(after.nodes["/opt/libz.so.1"], File)

    def test_a_relative_destination_starts_at_the_working_directory(self) -> None:
        after = place_copy(tree({}), copy("lib/", {"": file(b"x")}, "libz.so.1"), "/srv/app")
        assert isinstance(after.nodes["/srv/app/lib/libz.so.1"], File)

    def test_of_a_directory_only_the_content_is_copied(self) -> None:
        nodes: dict[str, Node] = {"": Directory(0o755, 0, 0), "libz.so.1": file(b"x")}
        after = place_copy(tree({}), copy("/opt/lib", nodes, "build/lib"), "/")
        assert isinstance(after.nodes["/opt/lib/libz.so.1"], File)
        assert "/opt/lib/lib" not in after.nodes

    def test_modes_and_links_are_kept_and_the_owner_is_root(self) -> None:
        nodes: dict[str, Node] = {
            "": Directory(0o755, 7, 7),
            "tool": file(b"x", 0o4711, uid=7, gid=7),
            "lib.so": Link("lib.so.1"),
            "private": Directory(0o700, 7, 7),
        }
        after = place_copy(tree({}), copy("/opt", nodes), "/").nodes
        tool = after["/opt/tool"]
        assert isinstance(tool, File)
        assert (tool.mode, tool.uid, tool.gid) == (0o4711, 0, 0)
        assert after["/opt/lib.so"] == Link("lib.so.1")
        assert after["/opt/private"] == Directory(0o700, 0, 0)

    def test_a_directory_that_is_there_keeps_its_mode(self) -> None:
        nodes: dict[str, Node] = {"": Directory(0o700, 0, 0), "x": file(b"")}
        after = place_copy(tree({"/opt": Directory(0o755, 3, 3)}), copy("/opt", nodes), "/")
        assert after.nodes["/opt"] == Directory(0o755, 3, 3)

    def test_what_is_there_is_replaced(self) -> None:
        after = place_copy(tree({"/lib/a": "b"}), copy("/lib/", {"": file(b"new")}, "a"), "/")
        assert isinstance(after.nodes["/lib/a"], File)

    def test_the_destination_itself_is_followed_if_it_is_a_link(self) -> None:
        root = tree({"/lib64": "lib", "/lib": Directory(0o755, 0, 0)})
        after = place_copy(root, copy("/lib64", {"": Directory(0o755, 0, 0), "x": file(b"")}), "/")
        assert isinstance(after.nodes["/lib/x"], File)

    def test_a_link_below_the_destination_is_not_followed(self) -> None:
        root = tree({"/lib64": "lib", "/lib": Directory(0o755, 0, 0)})
        nodes: dict[str, Node] = {"": Directory(0o755, 0, 0), "lib64": Directory(0o755, 0, 0), "lib64/x": file(b"")}
        with pytest.raises(LibccheckError, match="cannot copy to non-directory /lib64"):
            place_copy(root, copy("/", nodes), "/")

    def test_a_file_does_not_replace_a_directory(self) -> None:
        root = tree({"/opt/app": Directory(0o755, 0, 0)})
        with pytest.raises(LibccheckError, match="cannot replace the directory /opt/app with a file"):
            place_copy(root, copy("/opt/", {"": file(b"")}, "app"), "/")

    def test_a_directory_does_not_replace_a_file(self) -> None:
        with pytest.raises(LibccheckError, match="/opt is not a directory"):
            place_copy(tree({"/opt": b""}), copy("/opt", {"": Directory(0o755, 0, 0)}), "/")
