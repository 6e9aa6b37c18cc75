"""SARIF, JUnit, GitHub's annotations and Markdown: what holds for every report, whatever names stand in it."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from libccheck.formats import github, junit, markdown, markup, sarif, text
from libccheck.formats.paper import Paper
from libccheck.model import (
    At,
    Check,
    Configuration,
    Died,
    Failure,
    Finding,
    Host,
    Ignored,
    Launch,
    Outcome,
    Refused,
    Report,
    Started,
    Unclear,
    Verified,
)
from tests.forge import elf
from tests.values import image, program

PROGRAM = elf(kind=2)
_BYTES = "".join(map(chr, range(0xDC80, 0xDD00)))
"""Of the surrogates only those that stand for a byte that is not UTF-8 come out of files."""
_OF_FILES = st.characters(codec="utf-8", exclude_characters="\0/") | st.sampled_from(_BYTES)
NAMES = st.text(_OF_FILES, min_size=1, max_size=30) | st.text(
    "|`\\<>&@#[](){}*_:%,\n\r\t\x1b\u2028\ufffe\udcff w.x", min_size=1, max_size=30
)


def checked(outcome: Outcome, *findings: Finding, path: str = "./app", reference: str = "dir:root") -> Check:
    launch = Launch("/app", ("/app",), outcome, findings)
    return Check(program(PROGRAM, path), image({}, reference), Host("x86_64"), "/app", launch)


def missing(name: str) -> Finding:
    return Finding("LC201", name, f"/app needs {name}")


def report(*checks: Check, errors: tuple[Failure, ...] = ()) -> Report:
    return Report("0", checks, errors)


REMARKED = checked(Started(), Finding("LC309", "/tmp", "no /tmp"))
FAILED = checked(Died(127, None, "words\n"), missing("libx.so"))
EVERY = report(FAILED, REMARKED, checked(Started()), checked(Unclear("a loop")), errors=(Failure("x", "gone", "look"),))


def run(check: Check, held: bool | None) -> Check:
    """The check with what a real run showed of it."""
    how = "ended with status 127" if held is False else "was still running after 5 s"
    return check._replace(verified=Verified("docker 1", held, "starts", None, "", how))


def notes(told: Report) -> list[tuple[str, str]]:
    """The notifications of a log: level and text."""
    (invocation,) = json.loads(sarif.render(told))["runs"][0]["invocations"]
    return [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]


def results(told: Report) -> Any:
    return json.loads(sarif.render(told))["runs"][0]["results"]


def fingerprint(check: Check) -> str:
    (result,) = results(report(check))
    return str(result["partialFingerprints"]["libccheck/v1"])


class TestFingerprints:
    def test_stay_when_words_order_and_digest_change(self) -> None:
        reworded = checked(Refused("ENOENT"), missing("libx.so")._replace(message="other words"), path="app")
        reworded = reworded._replace(image=reworded.image._replace(digest="sha256:1"))
        assert fingerprint(FAILED) == fingerprint(reworded)

    @pytest.mark.parametrize(
        "other",
        [
            checked(Died(127, None, "words\n"), missing("liby.so")),
            checked(Died(127, None, "words\n"), missing("libx.so"), path="tool"),
            checked(Died(127, None, "words\n"), missing("libx.so"), reference="dir:other"),
            checked(Died(127, None, "words\n"), Finding("LC202", "libx.so", "bad")),
        ],
    )
    def test_differ_where_it_is_another_finding(self, other: Check) -> None:
        assert fingerprint(FAILED) != fingerprint(other)


class TestSarif:
    def test_severities_are_levels(self) -> None:
        assert [(each["ruleId"], each["level"]) for each in results(EVERY)] == [
            ("LC201", "error"),
            ("LC309", "warning"),
        ]

    def test_what_could_not_be_looked_at_or_told_is_a_notification(self) -> None:
        (invocation,) = json.loads(sarif.render(EVERY))["runs"][0]["invocations"]
        told = [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]
        assert told == [("error", "x: gone; look"), ("note", "./app is unclear in dir:root: a loop")]
        assert not invocation["executionSuccessful"]

    def test_braces_and_links_in_messages_are_neither_placeholders_nor_links(self) -> None:
        (result,) = results(report(checked(Refused("ENOENT"), missing("{0}[x](http://y)"))))
        assert r"{{0}}\[x\](http://y)" in result["message"]["text"]

    def test_paths_are_addresses_relative_where_the_path_is(self) -> None:
        for path, uri in (("./a b", "a%20b"), ("/opt/a:b", "file:///opt/a%3Ab"), ("x/../y\udcff", "y%FF")):
            (result,) = results(report(checked(Refused("ENOENT"), missing("x"), path=path)))
            assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_any_name_gives_a_log(self, name: str, subject: str) -> None:
        (result,) = results(report(checked(Refused("ENOENT"), missing(subject), path=name)))
        assert "\n" not in result["message"]["text"]


class TestRealRuns:
    """What --verify showed is said, of programs that start, too; what did not hold is graver than any finding."""

    STARTED = report(run(checked(Started()), True))
    DISPROVED = report(run(checked(Started()), False))
    FAILED_TOO = report(run(FAILED, True))

    def test_sarif(self) -> None:
        assert notes(self.STARTED) == [
            ("note", "./app starts in dir:root: prediction held: run by docker 1, it was still running after 5 s")
        ]
        assert [level for level, _ in notes(self.DISPROVED)] == ["error"]
        assert results(self.FAILED_TOO)[0]["properties"]["verified"] == {"engine": "docker 1", "held": True}
        assert "verified" not in results(report(FAILED))[0]["properties"]

    def test_junit(self) -> None:
        (case,) = ElementTree.fromstring(junit.render(self.STARTED, Paper())).iter("system-out")
        assert case.text == "prediction held: run by docker 1, it was still running after 5 s"
        (failure,) = ElementTree.fromstring(junit.render(self.DISPROVED, Paper())).iter("failure")
        assert failure.get("type") == "verified"
        assert "did not hold: run by docker 1, it ended with status 127" in (failure.get("message") or "")
        assert "<failure" not in junit.render(self.DISPROVED, Paper(fail_on="never"))

    def test_github(self) -> None:
        assert github.render(self.STARTED).startswith(
            "::notice file=./app,title=verified::./app starts in dir:root: prediction held: "
        )
        assert github.render(self.DISPROVED).startswith("::error file=./app,title=verified::")

    def test_markdown(self) -> None:
        told = markdown.render(self.STARTED, Paper())
        assert "**Really run**\n\n- `./app` in `dir:root`: prediction held: run by docker 1" in told
        assert "1 of 1 pair fails" in markdown.render(self.DISPROVED, Paper())


class TestJUnit:
    def test_a_parser_in_use_counts_what_the_report_holds(self) -> None:
        suites = junitparser.JUnitXml.fromstring(junit.render(EVERY, Paper()))
        assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (5, 1, 1, 1)
        cases = {case.classname: case for suite in suites for case in suite}
        assert cases["libccheck"].result[0].message == "gone"
        failed = next(case for suite in suites for case in suite if case.is_failure)
        assert (failed.result[0].type, failed.result[0].message) == ("LC201", "library-missing: /app needs libx.so")

    @pytest.mark.parametrize(("fail_on", "failures"), [("never", 0), ("error", 1), ("warning", 2), ("info", 2)])
    def test_a_pair_fails_as_it_does_for_the_exit_status(self, fail_on: str, failures: int) -> None:
        suites = junitparser.JUnitXml.fromstring(junit.render(EVERY, Paper(fail_on=fail_on)))
        assert suites.failures == failures

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_any_name_gives_xml(self, name: str, subject: str) -> None:
        told = report(checked(Refused("ENOENT"), missing(subject), path=name, reference=subject))
        (case,) = ElementTree.fromstring(junit.render(told, Paper(), verbose=True)).iter("testcase")
        assert case.get("name")


class TestGitHub:
    def test_the_gravest_come_first_and_the_counts_last(self) -> None:
        lines = github.render(report(REMARKED, checked(Unclear("a loop")), FAILED)).splitlines()
        assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::notice", "libccheck:"]

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_no_name_begins_a_command(self, name: str, subject: str) -> None:
        found = missing(subject)._replace(at=At(subject, 7, name) if len(name) % 2 else None)
        told = report(checked(Refused("ENOENT"), found, path=name), errors=(Failure(name, subject, name),))
        for verbose in (False, True):
            lines = github.render(told, verbose=verbose).splitlines()
            assert len(lines) == 3
            for line in lines[:2]:
                properties, _, message = line.removeprefix("::error ").partition("::")
                assert re.fullmatch(r"(file=[^:,]+,)?(line=7,)?title=[^:,]+", properties)
                assert not re.search("%(?!25|0A)", message)


class TestMarkdown:
    def test_it_says_how_many_fail_by_what_fails_here(self) -> None:
        assert "1 of 4 pairs fails, 1 error" in markdown.render(EVERY, Paper())
        assert "2 of 4 pairs fail, 1 error" in markdown.render(EVERY, Paper(fail_on="warning"))
        assert "no failure in 4 pairs" in markdown.render(EVERY, Paper(fail_on="never"))
        assert "no failure in 1 pair\n" in markdown.render(report(checked(Started())), Paper())
        assert "nothing was checked, 1 error" in markdown.render(report(errors=EVERY.errors), Paper())

    def test_what_starts_is_left_out_first_where_there_is_too_much(self) -> None:
        fine = [checked(Started(), path=f"fine{number}") for number in range(200)]
        failed = [checked(Refused("ENOENT"), missing(f"lib{number}"), path=f"app{number}") for number in range(50)]
        told = markdown.render(report(*fine, *failed), Paper())
        assert "fine0" not in told
        assert "app49" in told
        assert "And 200 more pairs." in told
        assert "And 20 more failures." in told
        assert len(told) < 65_536
        assert "fine199" in markdown.render(report(*fine, *failed), Paper(), verbose=True)

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_names_are_text(self, name: str, subject: str) -> None:
        check = checked(Died(127, None, f"{subject}\n"), missing(subject), path=name, reference=subject)
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown.render(report(check), Paper()))
        assert [token.type for token in tokens if token.type == "fence"] == ["fence"]
        assert sum(token.type == "td_open" for token in tokens) == 4
        inline = [child for token in tokens for child in token.children or ()]
        kinds = {child.type for child in inline}
        assert kinds <= {"text", "code_inline", "html_inline", "strong_open", "strong_close", "softbreak"}
        assert {child.content for child in inline if child.type == "html_inline"} <= {"<code>", "</code>", "<!-- -->"}

    @pytest.mark.parametrize("text", ["@you", "#1", "http://x.y", "www.x.y", "WWW.x", ":tada:", "a@b.c"])
    def test_nobody_is_called_and_nothing_is_linked(self, text: str) -> None:
        for written in (markup.prose(text), markup.code(f"`{text}")):
            assert not re.search(r"[@#][^<]", re.sub(r"&#\d+;", "", written))
            assert not re.search(r"://|www\.|:\w+:", written, re.IGNORECASE)

    def test_no_block_is_closed_by_what_stands_in_it(self) -> None:
        assert markup.fence(["````", "x"]) == ["`````text", "````", "x", "`````"]


def excused(name: str, subject: str) -> Report:
    """A finding that does not count, by a reason of any text, in a named check; and what is wrong with the file."""
    finding = missing(subject)._replace(ignored=Ignored("configuration", name, subject, 3, "2999-12-31"))
    check = checked(Refused("ENOENT"), finding, path=name, reference=subject)._replace(part=subject)
    remarks = (Finding("LC601", subject, name, (), At(subject, 4, "")), Finding("LC603", name, subject))
    return report(check)._replace(configuration=Configuration(subject, remarks, name))


class TestIgnored:
    """What does not count is told, and fails nowhere; whatever stands in a configuration is text."""

    PLAIN = excused("no TLS", "libx.so")

    def test_sarif(self) -> None:
        ignored, stale, gone = results(self.PLAIN)
        why = "no TLS (libx.so:3, until 2999-12-31)"
        assert ignored["suppressions"] == [{"kind": "external", "status": "accepted", "justification": why}]
        assert [each["level"] for each in (ignored, stale, gone)] == ["error", "warning", "note"]
        assert stale["locations"][0]["physicalLocation"]["region"] == {"startLine": 4}

    def test_junit(self) -> None:
        suites = ElementTree.fromstring(junit.render(self.PLAIN, Paper()))
        assert [(each.get("name"), each.get("failures")) for each in suites] == [
            ("libx.so: libx.so linux/amd64", "0"),
            ("configuration", "0"),
        ]
        strictly = ElementTree.fromstring(junit.render(self.PLAIN, Paper(fail_on="warning")))
        assert [each.get("failures") for each in strictly] == ["0", "1"]

    def test_markdown(self) -> None:
        written = markdown.render(self.PLAIN, Paper())
        assert written.startswith("### libccheck: no failure in 1 pair\n")
        assert "- LC201 libx.so of no TLS in libx.so: no TLS (libx.so:3, until 2999-12-31)\n" in written

    def test_text_wraps_it(self) -> None:
        for width in (40, 80):
            lines = text.render(self.PLAIN, Paper(width)).partition("\nignored\n")[2].splitlines()
            assert lines
            assert max(map(len, lines)) <= width

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_no_text_begins_a_command(self, name: str, subject: str) -> None:
        lines = github.render(excused(name, subject)).splitlines()
        kinds = [line.partition(" ")[0] for line in lines]
        assert kinds == ["::warning", "::notice", "libccheck:", "ignored:"]

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_any_text_gives_xml_and_logs(self, name: str, subject: str) -> None:
        assert len(list(ElementTree.fromstring(junit.render(excused(name, subject), Paper())).iter("testcase"))) == 3
        assert len(results(excused(name, subject))) == 3
        assert "\x1b" not in text.render(excused(name, subject), Paper())

    @settings(max_examples=40)
    @given(NAMES, NAMES)
    def test_any_text_is_no_markup(self, name: str, subject: str) -> None:
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown.render(excused(name, subject), Paper()))
        assert sum(token.type == "list_item_open" for token in tokens) == 3
        inline = [child for token in tokens for child in token.children or ()]
        kinds = {child.type for child in inline}
        assert kinds <= {"text", "code_inline", "html_inline", "strong_open", "strong_close", "softbreak"}
        assert {child.content for child in inline if child.type == "html_inline"} <= {"<code>", "</code>", "<!-- -->"}
