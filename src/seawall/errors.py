"""Everything Seawall raises on purpose, and the exit codes of its command.

The tree says whose fault it is:

    SeawallError
    ├── UsageError           the user's: a flag, an argument, an unknown rule id        exit 2
    │   └── ConfigError      the user's: `seawall.toml`, a baseline, a suppression      exit 2
    ├── InputError           the input's: told as a Problem wherever the scan can go on
    ├── WorldError           the world's: a program, a file system, a cluster that failed
    └── UnknownValueError    nobody's: a value that exists only after templating was asked for its content

Anything else that escapes is a bug (exit 4).
"""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """What the process says when it ends; a promise to scripts (docs/interfaces.md)."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING_READ = 3
    INTERNAL = 4


class SeawallError(Exception):
    """The root of every error that Seawall raises on purpose."""


class UsageError(SeawallError):
    """The user asked for something that cannot be done; `hint` says what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(UsageError):
    """A configuration file, a baseline or a suppression says something that cannot be meant."""


class InputError(SeawallError):
    """An input cannot be read as what it claims to be."""


class WorldError(SeawallError):
    """A program, a file system or a cluster did not answer as it should."""


class UnknownValueError(SeawallError):
    """A value that is decided only after templating was compared: the verdict is unknown, never pass."""

    def __init__(self, message: str, value: object = None) -> None:
        """`value` is the `Unknown` that was compared."""
        super().__init__(message)
        self.value = value
