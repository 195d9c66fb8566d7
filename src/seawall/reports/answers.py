"""How an answer is written: as a word, and in JSON."""

from __future__ import annotations

from typing import Final

from seawall.model.permissions import Answer

WORDS: Final = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}
IN_JSON: Final[dict[Answer, bool | str]] = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: "unknown"}
"""The form that docs/interfaces.md promises."""
