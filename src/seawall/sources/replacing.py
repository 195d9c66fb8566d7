"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from seawall.errors import UsageError


@contextlib.contextmanager
def replacing(file: str, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A stream into a file beside `file`, which takes its place, with the permissions `mode`, once all is written.

    A run that is stopped leaves the old one as it is, and nothing beside it.

    Raises:
        UsageError: it cannot be written.
    """
    path, temporary = Path(file), None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".seawall-")
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        message = f"'{file}' cannot be written: {error.strerror}"
        raise UsageError(message, "Name a file in a folder that you may write to") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
