"""Options that several commands share, and how their words become values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from seawall.model.versions import KubeVersion

F = TypeVar("F", bound=Callable[..., Any])


class KubeVersionType(click.ParamType[KubeVersion]):
    """`1.34`."""

    name = "VERSION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> KubeVersion:
        """Reads a version, or says what one looks like."""
        if isinstance(value, KubeVersion):
            return value
        from seawall.errors import UsageError

        try:
            return KubeVersion.parse(value)
        except UsageError as error:
            self.fail(f"{error.message}. {error.hint}", param, ctx)


KUBE_VERSION = KubeVersionType()
paths_argument = click.argument("paths", nargs=-1, metavar="[PATH...]")


def input_options(command: F) -> F:
    """What to read: shared by every command that reads manifests."""
    for decorate in reversed(
        (
            click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out, as a .gitignore line would."),
            click.option("--estate", is_flag=True, help="The input is the whole cluster: judge what is missing too."),
            click.option("--kube-version", type=KUBE_VERSION, help="Judge for this version  [default: 1.37]."),
        )
    ):
        command = decorate(command)
    return command


def words(values: tuple[str, ...]) -> tuple[str, ...]:
    """Repeated options and comma-separated words are the same."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
