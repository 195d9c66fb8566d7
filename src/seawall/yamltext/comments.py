"""The comments of a document: what stands between the tokens of libyaml's scanner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget it
from yaml.tokens import ScalarToken

_COMMENT: Final = re.compile(r"#[^\r\n\x85\u2028\u2029]*+")
_BLOCK_HEADER: Final = re.compile(r"[|>][-+0-9]*+[ \t]++(#[^\r\n\x85\u2028\u2029]*+)")


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The offset and the text, from its `#` on, of each comment up to where libyaml stops to understand."""
    parser = CParser(text)
    end = 0
    try:
        while True:
            token: Any = parser.get_token()
            start = token.start_mark.index if token else len(text)
            for match in _COMMENT.finditer(text, end, start):
                yield match.start(), match[0]
            if token is None:
                return
            if isinstance(token, ScalarToken) and token.style in ("|", ">"):
                header = _BLOCK_HEADER.match(text, start)
                if header:
                    yield header.start(1), header[1]
            end = token.end_mark.index
    except YAMLError:
        return
    finally:
        parser.dispose()
