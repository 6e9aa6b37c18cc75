"""Where a project's file is looked for, what it says as a value, and what it may not name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from libccheck import load_config, project
from libccheck.cli.complaints import complain
from libccheck.config import Built, Config, ConfigError, Ignore, Settings
from libccheck.config.places import header_lines, line_of
from libccheck.errors import UsageError

_ONE = 'programs = ["app"]\nimages = ["scratch"]\n'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded() -> Config:
    config = load_config()
    assert config is not None
    return config


class TestWhere:
    def test_there_need_not_be_any(self) -> None:
        Path("pyproject.toml").write_text('[project]\nname = "libccheck-user"\n')
        assert load_config() is None

    def test_a_file_of_all_tools_that_is_not_ours_is_not_even_parsed(self) -> None:
        Path("pyproject.toml").write_text("this is not TOML\n")
        assert load_config() is None

    def test_it_is_found_from_below(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        (place / "a/b").mkdir(parents=True)
        (place / "a/pyproject.toml").write_text('[tool.other]\nx = "libccheck"\n')
        monkeypatch.chdir(place / "a/b")
        assert (loaded().file, loaded().root) == ("../../.libccheck.toml", "../..")

    def test_the_nearest_is_taken(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        (place / "a").mkdir()
        (place / "a/pyproject.toml").write_text('[tool.libccheck]\nprograms = ["near"]\n')
        monkeypatch.chdir(place / "a")
        assert loaded().shared.programs == ("near",)

    def test_of_two_beside_each_other_the_own_one(self) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        Path("pyproject.toml").write_text('[tool.libccheck]\nprograms = ["other"]\n')
        assert (loaded().file, loaded().passed_over) == (".libccheck.toml", "pyproject.toml")
        Path("pyproject.toml").write_text("[tool.other]\n# libccheck\n")
        assert loaded().passed_over == ""

    def test_not_above_the_root_of_the_repository(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        (place / "inner/.git").mkdir(parents=True)
        (place / "inner/below").mkdir()
        monkeypatch.chdir(place / "inner/below")
        assert load_config() is None

    def test_not_in_the_home_directory_or_above_it(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        (place / "home/work").mkdir(parents=True)
        (place / "home/.libccheck.toml").write_text(_ONE)
        monkeypatch.setenv("HOME", str(place / "home"))
        monkeypatch.chdir(place / "home/work")
        assert load_config() is None
        monkeypatch.chdir(place / "home")
        assert load_config() is not None

    def test_not_where_anybody_could_have_put_it(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (place / "shared/mine").mkdir(parents=True)
        (place / "shared").chmod(0o1777)
        (place / "shared/.libccheck.toml").write_text(_ONE)
        monkeypatch.chdir(place / "shared/mine")
        assert load_config() is None

    def test_a_file_of_all_tools_that_may_not_be_read_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> int:
            raise PermissionError(13, "Permission denied")

        Path("pyproject.toml").write_text("[tool.libccheck]\n")
        monkeypatch.setattr(os, "open", refuse)
        assert load_config() is None

    def test_a_working_directory_that_is_gone_has_none(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (place / "gone").mkdir()
        monkeypatch.chdir(place / "gone")
        (place / "gone").rmdir()
        assert load_config() is None

    def test_what_is_no_file_is_not_opened(self) -> None:
        os.mkfifo(".libccheck.toml")
        os.mkdir("pyproject.toml")
        assert load_config() is None

    def test_from_python_the_directory_can_be_named(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        monkeypatch.chdir("/")
        config = load_config(str(place))
        assert config is not None
        assert config.root == str(place)


class TestValues:
    def test_everything(self) -> None:
        Path(".libccheck.toml").write_text(_EVERYTHING)
        config = loaded()
        assert config.shared.images == ("alpine:3.20",)
        assert (config.formats, config.fail_on, config.strict) == (("text", "sarif=out.sarif"), "warning", True)
        assert config.baseline == "libccheck-baseline.json"
        server, tool = config.checks
        assert server == Settings(
            name="server",
            number=0,
            programs=("dist/server",),
            images=("alpine:3.20",),
            platforms=("linux/amd64", "linux/arm64"),
            copies=("lib:/opt/lib",),
            at="/opt/bin/",
            env={"A": "shared", "B": "server"},
            user="nobody",
            host="isa=v2",
            against="alpine:3.19",
            max_glibc="2.28",
        )
        assert (tool.images, tool.deny_needed, tool.no_rpath) == (("scratch",), ("libssl*",), True)
        assert config.dockerfiles == (Built("Dockerfile", ".", "release", {"V": ""}, "linux/amd64", True),)
        assert config.ignores == (
            Ignore("LC307", "no TLS", "/etc/*", "alpine:*", "dist/*", "2027-01-31", 40),
            Ignore("LC308", "UTC", expires="2027-01-31", line=48),
        )
        assert str(config.ignores[0]) == "LC307 subject=/etc/* image=alpine:* program=dist/*"

    def test_programs_for_all_are_a_check_without_a_name(self) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        assert loaded().checks == (loaded().shared,)

    def test_images_alone_are_for_programs_of_the_command_line(self) -> None:
        Path(".libccheck.toml").write_text('images = ["scratch"]\n')
        assert (loaded().checks, loaded().shared.images) == ((), ("scratch",))

    def test_an_empty_file_says_nothing(self) -> None:
        Path(".libccheck.toml").write_text("")
        assert loaded() == Config(".libccheck.toml", "", Settings())

    def test_who_looks_at_the_values_gets_them_and_is_told_where(self) -> None:
        Path(".libccheck.toml").write_text(f"{_ONE}host = 'isa=v9'\n")

        def refuse(config: Config) -> None:
            raise ConfigError(f"not {config.shared.host}", ("host",))

        found = project.find()
        assert found is not None
        with pytest.raises(UsageError, match=r"not isa=v9") as raised:
            project.load(found, refuse)
        assert raised.value.subject == ".libccheck.toml:3"


OUTSIDE = {
    'programs = ["/usr/bin/app"]': "programs[0] /usr/bin/app",
    'programs = ["dist/../../app"]': "programs[0] dist/../../app",
    'programs = ["~/app"]': "programs[0] ~/app",
    'images = ["dir:/"]': "images[0] dir:/",
    'images = ["/srv/root.tar"]': "images[0] /srv/root.tar",
    'images = ["docker-archive:../x.tar"]': "images[0] docker-archive:../x.tar",
    'images = ["root/../../x"]': "images[0] root/../../x",
    'against = "oci:~/layout"': "against oci:~/layout",
    'copy = ["../../.ssh:/x"]': "copy[0] ../../.ssh:/x",
    'copy = ["/etc:/x"]': "copy[0] /etc:/x",
    'formats = ["json=/etc/cron.d/x"]': "formats[0] json=/etc/cron.d/x",
    'formats = ["text", "json=../x"]': "formats[1] json=../x",
    'baseline = "/dev/null"': "baseline /dev/null",
    '[[dockerfile]]\nfile = "../Dockerfile"': "file ../Dockerfile",
    '[[dockerfile]]\nfile = "Dockerfile"\ncontext = "/"': "context /",
}


@pytest.mark.parametrize(("text", "named"), OUTSIDE.items(), ids=OUTSIDE)
def test_no_path_leads_out_of_the_project(text: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".libccheck.toml").write_text(f"{text}\n")
    with pytest.raises(UsageError) as raised:
        load_config()
    complain(raised.value)
    line = text.count("\n") + 1
    assert capsys.readouterr().err == (
        f"error: .libccheck.toml:{line}: {named} leads out of the project\n"
        " hint: paths are relative to the directory of the file; name another one on the command line\n"
    )


REFUSED = {
    "mirrors": "mirrors are named by the user, in LIBCCHECK_MIRRORS",
    "insecure": "registries that are not verified are named on the command line, by --insecure",
    "credentials": "credentials are the user's own, by docker login",
    "password": "credentials are the user's own, by docker login",
    "docker-host": "which engine is asked says the user, by DOCKER_HOST, CONTAINER_HOST or a Docker context",
    "engine": "which engine is asked says the user, by DOCKER_HOST, CONTAINER_HOST or a Docker context",
    "cache-dir": "the cache is the user's own: XDG_CACHE_HOME, --no-cache",
    "catalogs": "catalogs are named by the user, in LIBCCHECK_CATALOG or by --catalog",
    "offline": "which network is used says the user, by LIBCCHECK_OFFLINE and HTTPS_PROXY",
    "verify": "it runs programs, so only the command line can ask for it",
    "write_baseline": "it changes files, so only the command line can ask for it",
    "exit-zero": "it would take the word from the check, so only the command line can ask for it",
    "Quiet": "it would take the word from the check, so only the command line can ask for it",
}


@pytest.mark.parametrize("table", ["", '[[check]]\nname = "a"\n', '[[dockerfile]]\nfile = "x"\n'])
@pytest.mark.parametrize(("key", "why"), REFUSED.items(), ids=REFUSED)
def test_what_is_the_users_own_is_refused_in_one_line(
    table: str, key: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".libccheck.toml").write_text(f'{table}{key} = "x"\n')
    with pytest.raises(UsageError) as raised:
        load_config()
    complain(raised.value)
    line = table.count("\n") + 1
    assert capsys.readouterr().err == f"error: .libccheck.toml:{line}: {key} is not for a project's file: {why}\n"


class TestFilesThatAreWritten:
    def test_may_be_in_the_project(self) -> None:
        os.mkdir("out")
        Path(".libccheck.toml").write_text(_ONE)
        assert project.inside(loaded(), "out/x.json", "the report") == "out/x.json"

    def test_no_link_leads_out_of_it(self, place: Path) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        os.symlink("/etc", "out")
        os.symlink(place.parent / "x", "x.json")
        for path in ("out/x.json", "x.json"):
            with pytest.raises(UsageError, match=r"^the report \S+ leads out of the project by a link$"):
                project.inside(loaded(), path, "the report")

    def test_what_is_gits_own_is_left_alone(self) -> None:
        Path(".libccheck.toml").write_text(_ONE)
        os.symlink(".git", "hidden")
        for path in (".git/hooks/pre-commit", "hidden/config", "sub/.GIT/config"):
            with pytest.raises(UsageError, match=r"is git's own$"):
                project.inside(loaded(), path, "the report")


class TestLines:
    def test_of_what_spans_several(self) -> None:
        text = 'a = """\n[[x]]\n"""\n\n# about x\n[[x]]\nb = [\n 1,\n\n 2]\nc = 1\n[[x]]\nc = 2\n'
        lines = {("x", 0): 6, ("x", 0, "b"): 7, ("x", 0, "b", 1): 7, ("x", 0, "c"): 11, ("x", 1): 12, ("x", 1, "c"): 13}
        assert {path: line_of(text, path, project._parse) for path in lines} == lines

    def test_of_what_is_not_there_the_table_counts(self) -> None:
        assert line_of("a = 1\n[b]\n", ("b", "c", 3), project._parse) == 2

    def test_a_large_file_costs_no_time(self) -> None:
        text = "a = '''\n" + "x\n" * 10_000 + "'''\nb = 1\n"
        assert line_of(text, ("b",), project._parse) == 0
        assert line_of("#" * 200_000 + "\nb = 1\n", ("b",), project._parse) == 0

    def test_headers_are_told_at_a_glance(self) -> None:
        text = "[[ignore]]\n [[ tool . libccheck . ignore ]]\n[[tool.ignore]]\n[[ignored]]\n"
        assert header_lines(text, "ignore") == [1, 2]


_EVERYTHING = """\
images = ["alpine:3.20"]
platforms = ["linux/amd64", "linux/arm64"]
copy = ["lib:/opt/lib"]
user = "nobody"
formats = ["text", "sarif=out.sarif"]
fail-on = "warning"
strict = true
baseline = "libccheck-baseline.json"

[env]
A = "shared"
B = "shared"

[[check]]
name = "server"
programs = ["dist/server"]
at = "/opt/bin/"
env = { B = "server" }
host = "isa=v2"
against = "alpine:3.19"
max-glibc = "2.28"

[[check]]
name = "tool"
programs = ["dist/tool"]
images = ["scratch"]
deny-needed = ["libssl*"]
no-rpath = true

[[dockerfile]]
file = "Dockerfile"
context = "."
target = "release"
build-args = { V = "" }
platform = "linux/amd64"
pull = true

# ignores

[[ignore]]
code = "LC307"
subject = "/etc/*"
image = "alpine:*"
program = "dist/*"
reason = "no TLS"
expires = 2027-01-31

[[ignore]]
code = "LC308"
reason = "UTC"
expires = "2027-01-31"
"""
