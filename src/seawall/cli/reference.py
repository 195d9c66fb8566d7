"""The reference of all commands, for `docs/commands.md`: what `--help` says, in Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from seawall.cli.main import cli

_HEAD = """\
# Commands

Generated from the commands themselves (`make docs`); `seawall COMMAND --help` says the same. Exit codes, and what holds
for every command, are in [interfaces.md](interfaces.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(line for context in contexts() for line in _section(context))))


def contexts() -> Iterator[click.Context]:
    """The context of `seawall` itself and of every command below it, each group before its commands."""
    yield from _below(click.Context(cli, info_name="seawall", **cli.context_settings))


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    group = context.command
    for name in group.list_commands(context) if isinstance(group, click.Group) else ():
        command = group.get_command(context, name) if isinstance(group, click.Group) else None
        if command is not None:
            settings = command.context_settings
            yield from _below(click.Context(command, parent=context, info_name=name, **settings))


def _section(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"## {context.command_path}\n"
    yield f"`{' '.join((context.command_path, *command.collect_usage_pieces(context)))}`\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    records = [each.get_help_record(context) for each in command.get_params(context) if isinstance(each, click.Option)]
    yield "| option | meaning |\n|---|---|"
    yield from (f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in records if record)
    yield ""
    if command.epilog and "\b" in command.epilog:
        examples = inspect.cleandoc(command.epilog.replace("\b\n", "")).partition("\n")[2]
        yield f"```console\n{inspect.cleandoc(examples)}\n```\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
