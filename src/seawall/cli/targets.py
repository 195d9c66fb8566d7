"""Where reports go: what `-o FORMAT[=FILE]` says, and how a file is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from seawall.cli.output import write
from seawall.errors import UsageError

_SAME: Final = {"text": "terminal"}
"""Another name of a format -> the format."""


def targets(texts: Iterable[str], formats: Collection[str]) -> list[tuple[str, str]]:
    """(format, file) of each `-o`; no file is standard output.

    Raises:
        UsageError: there is no such format, or one would be written over another or over a manifest.
    """
    from seawall.sources.manifests import holds_object

    found: list[tuple[str, str]] = []
    for text in texts:
        name, file = _target(text, formats)
        if other := next((other for other, taken in found if _is_same(taken, file)), None):
            where = f"'{file}'" if file else "standard output"
            raise UsageError(f"{other} and {name} would both be written to {where}", "Give one a file: -o FORMAT=FILE")
        if file and Path(file).is_file() and holds_object(Path(file)):
            raise UsageError(f"'{file}' holds a Kubernetes object that {name} would replace", "Name another file")
        found.append((name, file))
    return found


def _target(text: str, formats: Collection[str]) -> tuple[str, str]:
    named, equals, file = text.partition("=")
    name = _SAME.get(named.casefold(), named.casefold())
    if name not in formats:
        raise UsageError(f"there is no output format '{named}'", f"Take one of {', '.join(formats)}")
    if equals and not file:
        raise UsageError(f"'-o {text}' names no file", f"Write -o {name} for standard output, else -o {name}=FILE")
    return name, "" if file == "-" else file


def _is_same(one: str, other: str) -> bool:
    return one == other or bool(one and other and Path(one).resolve() == Path(other).resolve())


def put(pieces: Iterable[str], file: str) -> None:
    """Writes to a file, or to standard output where none is named.

    Raises:
        UsageError: it cannot be written.
    """
    if not file:
        write(pieces)
        return
    try:
        with Path(file).open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
    except OSError as error:
        message = f"'{file}' cannot be written: {error.strerror}"
        raise UsageError(message, "Name a file in a folder that exists") from error
