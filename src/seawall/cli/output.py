"""How commands write: text in pieces, in colour where a person looks."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import click

from seawall.core import Problem
from seawall.errors import ExitCode, UsageError
from seawall.reports.style import Style, printable

if TYPE_CHECKING:
    from seawall.inventory import Inventory


def style_of(width: int | None = None, *, by_owner: bool = False) -> Style:
    """The style of standard output; `width` overrides the terminal's."""
    return Style(coloured(sys.stdout), width or shutil.get_terminal_size((100, 24)).columns, by_owner)


def style_for(file: str) -> Style:
    """The style of one target of `-o`: plain text in a file, that of standard output where none is named."""
    return Style() if file else style_of()


def coloured(stream: TextIO) -> bool:
    """Colours only on a terminal that has them, never when NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(pieces: Iterable[str]) -> None:
    """Writes to standard output; a reader that goes away (`head`, a pager) ends the text and changes no exit code.

    A pipe or file gets UTF-8 whatever the locale, as `-o FORMAT=FILE` does; a terminal gets what it can show.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered goes nowhere, so that Python does not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            message = f"standard output cannot be written: {error.strerror}"
            raise UsageError(message, "Make room, or write elsewhere with -o FORMAT=FILE") from error


def quiet_code(looked_at: int, problems: Iterable[Problem]) -> ExitCode:
    """How a command ends that found nothing bad: 0 only where all that was named was there."""
    from seawall.app.load import MISSING
    from seawall.sources.cluster.wanted import UNREACHED

    if not looked_at or any(problem.kind in (MISSING, UNREACHED) for problem in problems):
        return ExitCode.NOTHING_READ
    return ExitCode.OK


def holds_nothing(inventory: Inventory) -> bool:
    """Says, on standard error, that nothing was read where that is so: no question about it can be answered."""
    if inventory.resources or inventory.live:
        return False
    click.echo("nothing was read, so nothing can be said of it", err=True)
    return True


def tell_problems(problems: Iterable[Problem]) -> None:
    """On standard error, beside any format: what could not be read must not look like what is right."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        click.echo(printable(f"{place}: {problem.message}. {problem.hint}".rstrip(". ")), err=True)
