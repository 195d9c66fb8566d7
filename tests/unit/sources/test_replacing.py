"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.errors import UsageError
from seawall.sources.replacing import replacing


def test_what_is_written_takes_the_place_of_the_old(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    with replacing(str(file), 0o640) as stream:
        stream.write(b"new")
        assert file.read_bytes() == b"old"
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def _stopped(file: str) -> None:
    with replacing(file) as stream:
        stream.write(b"new")
        raise KeyboardInterrupt


def test_a_run_that_is_stopped_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        _stopped(str(file))
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_where_nothing_can_be_written_the_user_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"), replacing(str(tmp_path / "none" / "a")):
        pass
