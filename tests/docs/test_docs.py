"""What can be listed is documented, and what is documented is true."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import seawall
from seawall.cli.main import COMMANDS, cli, main
from seawall.cli.reference import contexts
from seawall.errors import ExitCode
from seawall.reports.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")})
RULE_PAGES = ROOT / "docs" / "rules"
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`((?:kubectl )?seawall [^`\n]+)`(?!`)")
PLACEHOLDER = re.compile(r"[A-Z]+")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -- commands -------------------------------------------------------------------------------------------------------


def command_lines() -> Iterator[tuple[str, str]]:
    """(page, command) for every call of `seawall` that the documentation shows."""
    for path in PAGES:
        page = path.read_text("utf-8")
        for language, body in BLOCK.findall(page):
            if language in ("console", "sh", "bash", "shell"):
                for line in body.replace("\\\n", " ").splitlines():
                    yield from ((names(path), part) for part in _calls(line))
        for call in INLINE.findall(BLOCK.sub("", page)):
            yield from ((names(path), part) for part in _calls(call))


def _calls(line: str) -> Iterator[str]:
    """The calls of `seawall` in a line, without a prompt, a comment, or the explanation that two blanks set off."""
    for part in re.split(r"\|{1,2}|&&|;", line.strip().removeprefix("$ ")):
        call = re.split(r"\s#|\s{2,}", part.strip())[0].removeprefix(".venv/bin/").removeprefix("kubectl ")
        if call.startswith("seawall ") and "[" not in call:
            yield call


LINES = sorted(set(command_lines()))


def parse(words: list[str]) -> None:
    """Raises click's own error where the command line cannot be read; runs nothing."""
    command: click.Command = cli
    context = click.Context(cli, info_name="seawall")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if PLACEHOLDER.fullmatch(words[0]):
            return
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    named = (
        () if any(not word.startswith("-") for word in words) else (click.MissingParameter,)
    )  # prose names a command
    with contextlib.suppress(click.exceptions.Exit, click.exceptions.NoArgsIsHelpError, *named):  # --help and --version
        command.make_context(command.name or "", words)


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{page}: {line}" for page, line in LINES])
def test_a_command_that_is_shown_can_be_given(page: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    parse(shlex.split(line)[1:])


def test_commands_are_shown_at_all() -> None:
    assert {line.split()[1] for _, line in LINES} >= {*COMMANDS}


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AssertionError, match="no command"):
        parse(["scam", "."])
    with pytest.raises(click.UsageError):
        parse(["scan", "--fail-one", "high"])


CONTEXTS = list(contexts())


@pytest.mark.parametrize("context", CONTEXTS, ids=[context.command_path for context in CONTEXTS])
def test_every_command_and_every_option_is_documented(context: click.Context) -> None:
    section = re.split(r"^## ", text("docs/commands.md"), flags=re.MULTILINE)
    (body,) = (part for part in section if part.startswith(context.command_path + "\n"))
    assert context.command.help
    for parameter in context.command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{context.command_path} {parameter.opts[0]} has no help"
            assert all(name in body for name in parameter.opts), parameter.opts


def test_the_table_of_commands_says_what_their_help_says_of_them() -> None:
    top = [context for context in CONTEXTS if context.command_path.count(" ") == 1]
    assert [context.info_name for context in top] == list(COMMANDS)


# -- what a report looks like, and how a command ends -----------------------------------------------------------------


def test_every_output_format_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", text("docs/interfaces.md").partition("### Formats of")[2], re.MULTILINE)
    assert sorted(rows[: len(FORMATS)]) == sorted(FORMATS)


def test_the_help_of_scan_lists_every_output_format() -> None:
    (scan,) = (context.command for context in CONTEXTS if context.command_path == "seawall scan")
    (output,) = (each for each in scan.params if isinstance(each, click.Option) and each.name == "output")
    assert ", ".join(FORMATS) in (output.help or "")


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \|", text("docs/interfaces.md").partition("### Exit codes")[2], re.MULTILINE)
    assert [int(row) for row in rows] == [code.value for code in ExitCode]


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true, containers: [{name: a, image: a}]}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["scan", "pod.yaml", "--fail-on", "none"], ExitCode.OK),
        (["scan", "pod.yaml", "--select", "host-network"], ExitCode.FINDINGS),
        (["scan", "pod.yaml", "--select", "no-such-rule"], ExitCode.USAGE),
        (["scan", "--no-such-option"], ExitCode.USAGE),
        (["scan", "empty/"], ExitCode.NOTHING_READ),
        (["scan", "missing.yaml"], ExitCode.NOTHING_READ),
    ],
)
def test_a_command_ends_as_documented(
    arguments: list[str],
    code: ExitCode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pod.yaml").write_text(POD, "utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["seawall", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_ends_as_documented(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr(cli, "invoke", broken)
    monkeypatch.setattr(sys, "argv", ["seawall", "rules"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.INTERNAL
    assert "SEAWALL_DEBUG=1" in capsys.readouterr().err


def test_every_variable_of_the_environment_is_documented() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"environ(?:\.get\()?\[?\(?\"([A-Z_]+)\"", code))
    assert "SEAWALL_DEBUG" in read
    documented = text("docs/interfaces.md")
    assert not {name for name in read if f"`{name}" not in documented}


# -- the Python API ---------------------------------------------------------------------------------------------------

SNIPPETS = [body for language, body in BLOCK.findall(text("docs/python-api.md")) if language == "python"]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_runs(snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(POD, "utf-8")
    monkeypatch.chdir(tmp_path)
    program = compile(snippet, "docs/python-api.md", "exec")
    if "SystemExit" in snippet:
        with pytest.raises(SystemExit, match="host-network"):
            exec(program, {})
    else:
        exec(program, {})


def test_every_public_name_is_documented() -> None:
    guide = text("docs/python-api.md")
    for name in (*seawall.__all__, *seawall.Report.__struct_fields__[:3]):
        if not name.startswith("__"):
            assert re.search(rf"`(seawall\.)?{name}\b", guide), name


# -- pages ------------------------------------------------------------------------------------------------------------

WRITTEN = [page for page in PAGES if page.parent != RULE_PAGES]


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    prose = BLOCK.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", WRITTEN, ids=names)
def test_a_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", text("Makefile"), re.MULTILINE))
    prose = page.read_text("utf-8")
    assert {*re.findall(r"(?:^|`)make ([a-z0-9]+)", prose, re.MULTILINE)} <= targets


@pytest.mark.parametrize("page", WRITTEN, ids=names)
def test_a_path_of_the_repository_that_is_named_exists(page: Path) -> None:
    prose = page.read_text("utf-8")
    for name in re.findall(r"`((?:src|tests|docs|scripts|examples|integrations|\.ci)/[a-z\d_./-]+)`", prose):
        assert (ROOT / name).exists(), name


RECORDS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))


def test_decision_records_are_numbered_and_listed() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))
    index = text("docs/adr/README.md")
    for path in RECORDS:
        title = path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        assert f"- [{title}]({path.name})" in index


@pytest.mark.parametrize("path", RECORDS, ids=names)
def test_a_decision_record_has_its_form(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# {path.name[:4]}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert 15 <= len(lines) <= 30


FRAGMENTS = sorted(path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", FRAGMENTS, ids=names)
def test_a_news_fragment_has_its_form(path: Path) -> None:
    assert re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md", path.name)
    news = path.read_text("utf-8")
    assert news.endswith(".\n")
    assert len(news.splitlines()) <= 5


def test_the_changelog_says_where_its_next_entry_is() -> None:
    assert "changelog.d/" in text("CHANGELOG.md")


def test_pages_say_nothing_of_the_machine_they_were_written_on() -> None:
    home = os.path.expanduser("~")  # noqa: PTH111  # as it would stand in a text
    for page in WRITTEN:
        assert home + "/" not in page.read_text("utf-8"), names(page)
