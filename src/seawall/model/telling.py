"""Lines and values that a report must not quote, since they would show a credential."""

from __future__ import annotations

import json
import re
from typing import Final

from seawall.model.commandlines import credentials_in_words
from seawall.model.secrets import credential_in, is_reference, is_sensitive

_TELLING: Final = re.compile(r"pass|pwd|secret|token|credential|key", re.IGNORECASE)
_LONG: Final = 2_000
_WORD: Final = re.compile(r"""[^\s,\[\]{}"']+""")
"""What may be a word of a command line that stands in a list on one line."""
_PAIR: Final = re.compile(
    r"""["']?name["']?\s*:\s*["']?(?P<name>[\w.-]+)["']?\s*,[^{}]*\bvalue["']?\s*:\s*["']?(?P<value>[^,}"']+)"""
)


_A_SECRET: Final = re.compile(r"""kind["']?\s*:\s*["']?Secret\b""")
"""On a line of its own there is nothing to hide; with the rest of the object on it there is."""
_HEADER: Final = re.compile(r"\b(?:Bearer|Basic)\s+(?=[A-Za-z0-9._~+/=-]{12})")
_DIRECTIVE: Final = re.compile(r"""\b(?P<name>[A-Za-z][\w-]{2,60})\s+(?P<quote>["'])(?P<value>[^"']+)(?P=quote)""")
"""`proxy_set_header X-Api-Key "...";`"""
_OPENS: Final = re.compile(r"[:=]\s+|[{\[]")


def tells_a_credential(line: str) -> bool:
    """Whether a line of a manifest would show one: by its shape, by its key, or as a name beside a value.

    Of a line too long to be read with care the word for one is enough.
    """
    if len(line) > _LONG:
        return credential_in(line) is not None or _TELLING.search(line) is not None or "://" in line
    if credential_in(line) is not None or _A_SECRET.search(line) or _HEADER.search(line):
        return True
    pairs = (match for pattern in (_PAIR, _DIRECTIVE) for match in pattern.finditer(line))
    if any(is_sensitive(match["name"]) and not is_reference(match["value"]) for match in pairs):
        return True
    if any(credentials_in_words(_WORD.findall(line))):
        return True
    # An assignment may stand within another's value: `env: {PASSWORD: x}`, `args: --password=x`.
    inner = (line[match.end() :] for match in _OPENS.finditer(line)) if _TELLING.search(line) else ()
    return any(credential_in(rest) for rest in inner)


def holds_a_credential(value: object) -> bool:
    """Whether any text of a value, however deep, would show one."""
    if isinstance(value, dict | list):
        value = json.dumps(value, default=str)
    return isinstance(value, str) and any(tells_a_credential(line) for line in value.splitlines())
