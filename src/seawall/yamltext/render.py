"""Values as YAML text that every reader takes for just these values."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from seawall.yamltext import scalars
from seawall.yamltext.scalars import ScalarError

_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*+\Z")
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Unrenderable(ValueError):  # noqa: N818 - edits turn it into "declined"
    """The value is none that JSON knows."""


def normal(value: Any) -> Any:
    """The value as it is read back: a copy, whole floats as integers."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Unrenderable("a key is no string")
        return {key: normal(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [normal(part) for part in value]
    if isinstance(value, float):
        try:
            return scalars.json_number(value)
        except ScalarError as error:
            raise Unrenderable(str(error)) from None
    if value is None or isinstance(value, str | int):
        return value
    raise Unrenderable(f"{type(value).__name__} is no JSON type")


def flow(value: Any, is_json: bool, quote: str = "") -> str:
    """One line of text: JSON, or YAML's flow style. A string takes `quote` (`'` or `"`) where it can."""
    if isinstance(value, dict):
        inside = ", ".join(f"{flow(key, is_json)}: {flow(part, is_json)}" for key, part in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(part, is_json) for part in value)}]"
    if isinstance(value, str) and not is_json:
        return _string(value, quote)
    text = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def block(value: Any, indent: int) -> list[str]:
    """The lines of YAML's block style; the first one is not indented, the others by `indent` columns."""
    margin = " " * indent
    if isinstance(value, dict) and value:
        lines = [line for key, part in value.items() for line in entry(key, part)]
    elif isinstance(value, list) and value:
        lines = [line for part in value for line in item(part)]
    else:
        lines = [flow(value, is_json=False)]
    return [lines[0], *(margin + line for line in lines[1:])]


def entry(key: str, value: Any) -> list[str]:
    """The lines of `key: value`, none indented but in relation to the first."""
    name = flow(key, is_json=False)
    if isinstance(value, dict | list) and value:
        first, *rest = block(value, 2)
        return [f"{name}:", f"  {first}", *rest]
    return [f"{name}: {flow(value, is_json=False)}"]


def item(value: Any) -> list[str]:
    """The lines of `- value`, likewise."""
    first, *rest = block(value, 2)
    return [f"- {first}", *rest]


def _string(text: str, quote: str) -> str:
    if not quote and _PLAIN.match(text) and isinstance(scalars.resolve(text), str):
        return text
    if quote == "'" and text.isprintable() and text.isascii():
        return "'" + text.replace("'", "''") + "'"
    return flow(text, is_json=True)
