"""Dockerfiles of every shape that the syntax has, by a seed: spaces, comments, continuations, flags, forms, stages."""

from __future__ import annotations

import random

_BASES = (
    "alpine:3.20",
    "golang:1.25",
    "debian:bookworm-slim AS",
    "scratch",
    "$BASE",
    "${BASE:-alpine}",
    "node:20-slim",
)
_WORDS = ("a", "b.txt", "/app/", "./x", "'q r'", '"d $A"', "$A", "${A:-b}", "--x", "c\\ d", "*.go", "é", "[x]", '["a"]')
_COMMANDS = (
    "echo hi",
    "go build -o /app .",
    "set -e; cd /x && make",
    'sh -c "a b"',
    "apk add --no-cache x",
    "cat <file",
    "a || b",
)
_COMMENTS = ("# note", "#", "   # indented", "# escape=`", "#syntax=x")


def shape(seed: int) -> str:
    """One Dockerfile; the same for the same seed."""
    pick = random.Random(seed)
    lines: list[str] = []
    if pick.random() < 0.3:
        lines.append(
            pick.choice(("# syntax=docker/dockerfile:1", "# escape=\\", "#check=skip=all", "# Escape = `", "# other=1"))
        )
    escape = "`" if lines and lines[0].lower().endswith("`") else "\\"
    if pick.random() < 0.4:
        lines.append(pick.choice(("ARG BASE=alpine", "arg BASE", "ARG A=1 BASE='x y'")))
    for stage in range(pick.randint(1, 4)):
        name = f" AS s{stage}" if pick.random() < 0.7 else ""
        platform = "--platform=$BUILDPLATFORM " if pick.random() < 0.2 else ""
        lines.append(f"{pick.choice(('FROM', 'from'))} {platform}{pick.choice(_BASES).partition(' ')[0]}{name}")
        lines += [_instruction(pick, stage, escape) for _ in range(pick.randint(0, 7))]
    text = "\n".join(lines)
    if pick.random() < 0.1:
        text = text.replace("\n", "\r\n")
    return ("\ufeff" if pick.random() < 0.03 else "") + text + pick.choice(("", "\n", "\n\n"))


def _instruction(pick: random.Random, stage: int, escape: str) -> str:
    kind = pick.randrange(14)
    words = " ".join(pick.choice(_WORDS) for _ in range(pick.randint(2, 4)))
    if kind < 4:
        return _run(pick, escape)
    if kind < 7:
        return _copy(pick, stage, words)
    if kind == 7:
        return pick.choice(("CMD", "ENTRYPOINT", "Entrypoint")) + pick.choice(
            (' ["a", "b"]', " a b", " [broken", ' ["a",]', " ")
        )
    if kind == 8:
        return pick.choice(("ENV A=1", "ENV A 1 2", "ENV A='x y' B=$A", "LABEL a=b", "ARG C", "ARG C=1 D"))
    if kind == 9:
        return pick.choice(("HEALTHCHECK NONE", "HEALTHCHECK --interval=3s CMD a b", 'HEALTHCHECK CMD ["a"]'))
    if kind == 10:
        return pick.choice(("ONBUILD RUN a", "ONBUILD COPY a b", "EXPOSE 80 81/udp", "VOLUME /a /b", 'VOLUME ["/a"]'))
    if kind == 11:
        return pick.choice(("WORKDIR /a b", "USER a:b", 'SHELL ["sh", "-c"]', "STOPSIGNAL 9", "  WORKDIR   x  "))
    return pick.choice((*_COMMENTS, "", "   ", "\t"))


def _run(pick: random.Random, escape: str) -> str:
    if pick.random() < 0.2:
        name = pick.choice(("EOF", "'EOF'", '"E F"'[:1] + "EOF" + '"'))
        dash = pick.choice(("", "-"))
        tab = "\t" if dash else ""
        return f"RUN {pick.choice(('', 'cat '))}<<{dash}{name}\n{tab}{pick.choice(_COMMANDS)}\n# no comment\n\n{tab}EOF"
    if pick.random() < 0.2:
        return f"RUN --mount=type=cache,target=/x {pick.choice(_COMMANDS)}"
    parts = [pick.choice(_COMMANDS) for _ in range(pick.randint(1, 3))]
    between = pick.choice(
        (
            f" {escape}\n  && ",
            f"{escape}  \n",
            f" {escape}\n# between\n  ; ",
            f" {escape}\n\n && ",
            f"{escape}{escape} ",
        )
    )
    return f"{pick.choice(('RUN', 'run', '  RUN'))} {between.join(parts)}"


def _copy(pick: random.Random, stage: int, words: str) -> str:
    flags = ""
    if pick.random() < 0.5:
        flags += f" --from={pick.choice((f's{stage - 1}', str(max(stage - 1, 0)), 'alpine:3.20', 'nowhere'))}"
    if pick.random() < 0.3:
        flags += pick.choice((" --chmod=0755", " --chown=a:b", " --link", " --exclude=x", ' --chown="a b"'))
    return pick.choice(("COPY", "ADD", "copy")) + flags + " " + pick.choice((words, '["a b", "/c/"]', words))
