"""env(1) as the interpreter of a script: which command it runs, or in which words it gives up."""

from __future__ import annotations

from libccheck.launch.env import busybox, coreutils
from libccheck.launch.env.execvp import Failed, execvp
from libccheck.launch.env.values import Asked, Said, Tool
from libccheck.launch.handover import Ended, Handover, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.lookup import variable
from libccheck.launch.refusal import COMMAND, not_opened, shown
from libccheck.model import Died, Elf, File, Finding, Host, Process, Started, Unclear
from libccheck.record import NamedTuple
from libccheck.toolbox import APPLET
from libccheck.tree import Tree


class Ran(NamedTuple):
    """What came of env: the program that takes over or its end, and what it printed before that took over."""

    then: Handover | Ended
    said: str = ""


def run(tree: Tree, handover: Handover, host: Host) -> Ran:
    """What env does once its own loader is done."""
    tool = _tool(handover, tree)
    if tool is None:
        reason = f"what {shown(handover.process.argv[0])} does is not known: it is neither busybox nor coreutils"
        return _ended(handover, Unclear(reason), Finding("LC902", handover.process.argv[0], reason, handover.steps))
    process = handover.process
    is_busybox = tool.family == "busybox"
    utf8 = not is_busybox and _is_utf8(tree, tool, process)
    asked = busybox.read(tool, process) if is_busybox else coreutils.read(tree, tool, process, utf8=utf8)
    if isinstance(asked, Said):
        return _gave_up(handover, asked)
    found: Handover | Stuck | Failed
    if asked.command in tool.applets:
        found = execve(tree, handover.path, asked.process, host, COMMAND, handover.execfn)
    else:
        found = execvp(tree, asked.command, asked.process, host, tool.libc, handover.execfn)
    if isinstance(found, Failed):
        return _failed(handover, tool, asked, found, utf8=utf8)
    steps = handover.steps + found.steps
    if isinstance(found, Stuck):
        return Ran(Ended(found.outcome, _about(found.findings, asked.command), steps, ()), asked.said)
    return Ran(found._replace(steps=steps, scripts=handover.scripts + found.scripts), asked.said)


def _gave_up(handover: Handover, said: Said) -> Ran:
    if not said.status:
        return Ran(Ended(Started(said.stderr), (), handover.steps, ()))
    why = f"the #! line of {shown(handover.execfn)} says what {shown(handover.process.argv[0])} does not understand"
    code = "LC106" if said.command.endswith("\r") else "LC105"
    finding = Finding(code, said.command, why, handover.steps)
    return _ended(handover, Died(said.status, None, said.stderr), finding)


def _failed(handover: Handover, tool: Tool, asked: Asked, found: Failed, *, utf8: bool) -> Ran:
    steps = handover.steps + found.steps
    strerror = tool.strerror(found.errno)
    missing = found.errno == "ENOENT"
    if tool.family == "busybox":
        text = busybox.failed(asked.command, strerror)
    else:
        text = coreutils.failed(tool, handover.process.argv[0], asked.command, strerror, missing=missing, utf8=utf8)
    outcome = Died(127 if missing else 126, None, asked.said + text)
    if found.stuck is not None:
        return Ran(Ended(outcome, _about(found.stuck.findings, asked.command), steps, ()))
    finding = not_opened(COMMAND, asked.command, handover.execfn, found.errno, "", "is in no directory of PATH", steps)
    return Ran(Ended(outcome, (finding,), steps, ()))


def _about(findings: tuple[Finding, ...], command: str) -> tuple[Finding, ...]:
    """What is said of a path that env tried is said of the command that it was asked for."""
    return tuple(
        each._replace(subject=command) if each.code in ("LC103", "LC105", "LC106") else each for each in findings
    )


def _ended(handover: Handover, outcome: Died | Unclear, finding: Finding) -> Ran:
    return Ran(Ended(outcome, (finding,), handover.steps, ()))


def _tool(handover: Handover, tree: Tree) -> Tool | None:
    node = tree.nodes.get(handover.path)
    named = node.load().loader if isinstance(node, File) else None
    if named is None or named.family not in ("busybox", "coreutils"):
        return None
    libc = handover.loader.family if handover.loader else next(iter(named.markers), "glibc")
    libc = "musl" if libc == "gcompat" else libc
    getopt = "musl 1.1.5" if libc == "musl" and handover.loader and handover.loader.version == "1.1.5" else libc
    numbers = (named.version or "").partition(" ")[0].split(".")
    version = tuple(int(each) for each in numbers if each.isdigit())
    short_name = named.family == "coreutils" and not _imports(handover.elf, "error")
    banner = f"BusyBox v{named.version}" if named.family == "busybox" else ""
    applets = frozenset(each[len(APPLET) :] for each in named.markers if each.startswith(APPLET))
    return Tool(named.family, version, libc, getopt, banner, short_name, applets)


def _imports(elf: Elf, name: str) -> bool:
    """error(3) of glibc prints the whole path of the program, gnulib's own only its name."""
    return name in elf.tables.imports


def _is_utf8(tree: Tree, tool: Tool, process: Process) -> bool:
    """Whether setlocale(3) finds a UTF-8 locale in the environment: coreutils then quotes typographically."""
    values = (variable(process, name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((value for value in values if value), "")
    if tool.libc == "musl":
        return locale not in ("C", "POSIX")
    language, _, codeset = locale.partition(".")
    if codeset.lower().replace("-", "") != "utf8":
        return False
    if language == "C" and tool.version >= (9,):
        return True  # built into glibc since 2.35, which is no older than coreutils 9
    places = (f"/usr/lib/locale/{language}.{name}" for name in ("utf8", "UTF-8", codeset))
    found = any(tree.resolve(each, user=process.user).node is not None for each in places)
    return found or (language != "C" and tree.resolve("/usr/lib/locale/locale-archive").node is not None)
