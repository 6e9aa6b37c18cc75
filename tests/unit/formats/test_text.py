"""The report for people, beyond what the golden cases show."""

from __future__ import annotations

from libccheck.formats.paper import Paper
from libccheck.formats.text import render
from libccheck.model import (
    Check,
    Died,
    Finding,
    Host,
    Launch,
    Loaded,
    Outcome,
    Refused,
    Report,
    Started,
    Step,
    Unclear,
    Verified,
)
from tests.forge import elf
from tests.values import image, program

WIDE = Paper(200)


def checked(
    outcome: Outcome, *findings: Finding, path: str = "./app", reference: str = "dir:root", loaded: int = 0
) -> Check:
    objects = tuple(Loaded(f"lib{number}.so", f"/lib/lib{number}.so", "/app", "default") for number in range(loaded))
    launch = Launch("/app", ("/app",), outcome, findings, (), objects)
    return Check(program(elf(kind=2), path), image({}, reference), Host("x86_64"), "/app", launch)


def shown(*checks: Check, paper: Paper = WIDE, verbose: bool = False) -> list[str]:
    return render(Report("0", checks, ()), paper, verbose=verbose).splitlines()


def missing(name: str, *steps: Step) -> Finding:
    return Finding("LC201", name, f"/app needs {name}", steps)


def test_without_a_check_nothing_is_written() -> None:
    assert shown() == []


def test_no_line_ends_in_blanks() -> None:
    lines = shown(checked(Refused("ENOENT"), missing("a"))) + shown(checked(Started()), checked(Refused("ENOENT")))
    assert [line for line in lines if line != line.rstrip()] == []


def test_what_the_loader_writes_is_never_wrapped() -> None:
    words = "/app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file"
    lines = shown(checked(Died(127, None, f"{words}\n"), missing("libssl.so.1.1")), paper=Paper(60))
    assert f"  seen   {words}" in lines
    assert "         exit status 127" in lines


def test_a_program_that_starts_with_words_shows_them() -> None:
    assert "  seen   warning" in shown(checked(Started("warning\n")))


def test_many_findings_are_counted_not_listed() -> None:
    findings = [missing(f"lib{number}.so") for number in range(20)]
    lines = "\n".join(shown(checked(Died(127, None, "words\n"), *findings)))
    assert "lib7.so" in lines
    assert "lib8.so" not in lines
    assert "And 12 more." in lines


def test_many_libraries_are_counted_unless_all_are_asked_for() -> None:
    assert any("and 8 more; -v shows all" in line for line in shown(checked(Started(), loaded=20)))
    assert sum("/lib/lib" in line for line in shown(checked(Started(), loaded=20), verbose=True)) == 20


def test_misses_in_variants_for_a_processor_are_left_out() -> None:
    steps = [
        Step("open", f"{directory}/libx.so", "ENOENT", "RUNPATH")
        for directory in ("/opt/glibc-hwcaps/x86-64-v3", "/opt/tls/x86_64", "/opt", "/lib/x86_64-linux-gnu", "/lib")
    ]
    words = " ".join(shown(checked(Died(127, None, ""), missing("libx.so", *steps)))).split()
    looked = [word for word in words if word.endswith("/libx.so")]
    assert looked == ["/opt/libx.so", "/lib/x86_64-linux-gnu/libx.so", "/lib/libx.so"]


def test_a_hit_in_a_variant_stays() -> None:
    steps = (
        Step("open", "/opt/glibc-hwcaps/x86-64-v3/libx.so", "found", "RUNPATH"),
        Step("open", "/opt/libx.so", "ENOENT", "RUNPATH"),
    )
    lines = shown(checked(Died(127, None, ""), missing("libx.so", *steps)))
    assert any("glibc-hwcaps" in line for line in lines)


def test_of_many_steps_the_last_are_shown() -> None:
    steps = [Step("open", f"/a{number}/libx.so", "ENOENT", "RUNPATH") for number in range(30)]
    lines = "\n".join(shown(checked(Died(127, None, ""), missing("libx.so", *steps))))
    assert "18 more before these; -v shows all" in lines
    assert "/a17/" not in lines
    assert "/a18/" in lines


def test_a_wide_matrix_becomes_a_list() -> None:
    checks = [
        checked(Started(), path=f"./program-with-a-long-name-{number}", reference=f"dir:image-with-a-long-name-{other}")
        for number in range(3)
        for other in range(3)
    ]
    lines = shown(*checks, paper=Paper(80))
    assert sum("starts" in line for line in lines) == 9
    assert max(map(len, lines)) <= 80


def test_equal_failures_are_told_once_with_all_whom_they_concern() -> None:
    checks = [
        checked(Refused("ENOENT"), Finding("LC101", "/lib/ld.so", "no loader"), reference=f"dir:{number}")
        for number in range(6)
    ]
    lines = shown(*checks)
    assert sum(line.startswith("LC101") for line in lines) == 1
    assert "LC101 interpreter-missing  ./app in dir:0, dir:1, dir:2 and 3 more" in lines
    assert lines[-1].startswith("6 pairs: 6 refused")


def test_failures_with_another_subject_are_told_apart() -> None:
    one = checked(Died(127, None, "a\n"), missing("liba.so"), reference="dir:1")
    other = checked(Died(127, None, "b\n"), missing("libb.so"), reference="dir:2")
    assert sum(line.startswith("LC201") for line in shown(one, other)) == 2


def test_what_is_unclear_says_why() -> None:
    lines = shown(checked(Unclear("the loader is unknown")))
    assert lines[0] == "? unclear whether app starts in dir:root"
    assert "  why    The loader is unknown." in lines


def test_a_name_that_begins_a_sentence_keeps_its_letters() -> None:
    lines = shown(checked(Died(127, None, ""), Finding("LC201", "libz.so.1", "libz.so.1: no such file")))
    assert "  why    libz.so.1: no such file." in lines


def test_escapes_in_names_do_not_reach_the_terminal() -> None:
    evil = "lib\x1b]0;evil\x07.so"
    check = checked(Died(127, None, f"{evil}\n"), Finding("LC201", evil, evil, (Step("open", evil, "ENOENT", evil),)))
    for lines in (shown(check), shown(check, check._replace(place="/b")), shown(check, verbose=True)):
        assert "\x1b" not in "".join(lines)
        assert any("\\x1b]0;evil\\x07" in line for line in lines)


def test_only_ascii_where_there_is_nothing_else() -> None:
    lines = shown(checked(Refused("ENOENT"), missing("a")), checked(Started()), paper=Paper(80, unicode=False))
    assert "".join(lines).isascii()


def test_a_matrix_stays_one_as_long_as_it_fits() -> None:
    names, references = ("./a", "./b", "./c"), ("dir:an-image", "dir:another-one", "dir:third", "dir:the-fourth")
    checks = [checked(Refused("ENOENT"), missing("x"), path=each, reference=to) for each in names for to in references]
    lines = shown(*checks, paper=Paper(66))
    assert lines[0].split() == [*names]
    assert [line.split()[0] for line in lines[1:5]] == [*references]
    assert max(map(len, lines[:5])) == 66
    assert len(shown(*checks, paper=Paper(65))) > len(lines)


def test_of_failures_that_differ_the_one_that_is_told_is_named() -> None:
    there, elsewhere = (
        Finding("LC101", "/lib/ld", "/app asks: no /lib", ()),
        Finding("LC101", "/lib/ld", "/app: none", ()),
    )
    first = checked(Refused("ENOENT"), there, reference="dir:one")
    assert "  In dir:one: /app asks: no /lib." in shown(
        first, checked(Refused("ENOENT"), elsewhere, reference="dir:two")
    )
    assert "  /app asks: no /lib." in shown(first, checked(Refused("ENOENT"), there, reference="dir:two"))


def verified(held: bool | None, stderr: str = "") -> Check:
    return checked(Started())._replace(verified=Verified("docker 1", held, "starts", 3, stderr, "ended with status 3"))


def test_what_a_real_run_showed_is_one_line() -> None:
    assert "  verify held: run by docker 1, it ended with status 3" in shown(verified(True, "usage\n"))


def test_what_was_said_instead_of_what_was_predicted_is_shown() -> None:
    lines = shown(verified(False, "other words\n"))
    assert "  verify did not hold: run by docker 1, it ended with status 3" in lines
    assert "         other words" in lines


def test_several_real_runs_are_told_and_counted() -> None:
    lines = shown(verified(True), verified(None))
    assert "./app in dir:root  not decided: run by docker 1, it ended with status 3" in lines
    assert "1 of 2 predictions held" in lines
