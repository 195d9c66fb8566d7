"""What a scalar means to Kubernetes: go-yaml's resolver, then the way through JSON.

Source: go.yaml.in/yaml/v2 v2.4.4 (`resolve.go`) and sigs.k8s.io/yaml v1.6.0 (`yaml.go`), and what they answer.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
}
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]++)|0[bB](?P<bin>[01]++)|0[oO]?(?P<oct>[0-7]++)|(?P<dec>0|[1-9][0-9]*+))\Z"
    r"|0b(?P<odd>[-+][01]++)\Z"  # go-yaml parses what follows `0b` once more on its own
)
_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]++)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    r"| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]++)?)?\Z"
)
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10, "odd": 2}
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?\Z")
_LONGEST_INTEGER: Final = 66
"""A sign, a base and 64 binary digits would be 67; a longer literal is beyond uint64 unless it is padded with zeros."""
_LARGEST_WHOLE: Final = 1e21
_TAG: Final = "tag:yaml.org,2002:"


class ScalarError(ValueError):
    """The scalar makes go-yaml, or the JSON encoder behind it, refuse the document."""


def scalar(text: str) -> Scalar:
    """The value of an untagged plain scalar; raises `ScalarError` for an infinity and for what is no number."""
    found = resolve(text)
    return json_number(found) if isinstance(found, float) else found


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; an unknown tag leaves a string."""
    found = resolve_tagged(tag, text)
    return json_number(found) if isinstance(found, float) else found


def resolve(text: str) -> Scalar:
    """What go-yaml takes a plain scalar for, before JSON."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    digits = text.replace("_", "") if text[0] != "." else text
    integer = _integer(digits)
    if integer is not None:
        return integer
    if _FLOAT.match(digits):
        number = float(digits)
        if not math.isinf(number):
            return number
    return text


def _integer(digits: str) -> int | None:
    """The int64 or unsigned uint64 that Go's `ParseInt(digits, 0, 64)` reads."""
    match = _INTEGER.match(digits)
    if match is None or match.lastgroup is None:
        return None
    literal = match[match.lastgroup].lstrip("0") or "0"
    if len(literal) > _LONGEST_INTEGER:
        return None
    number = int(literal, _BASES[match.lastgroup])
    if match[1] == "-":
        number = -number
    highest = 1 << 63 if match[1] else 1 << 64
    return number if -(1 << 63) <= number < highest else None


def resolve_tagged(tag: str, text: str) -> Scalar:
    """What go-yaml takes a tagged scalar for, before JSON."""
    kind = tag.removeprefix(_TAG) if tag.startswith(_TAG) else ""
    if kind == "binary":
        return _binary(text)
    if kind == "timestamp" and not _TIMESTAMP.match(text):
        raise ScalarError("the value cannot be decoded as a !!timestamp")
    if kind not in ("bool", "int", "float", "null"):
        return text
    found = resolve(text)
    fits = {
        "bool": isinstance(found, bool),
        "int": isinstance(found, int) and not isinstance(found, bool),
        "float": isinstance(found, int | float) and not isinstance(found, bool),
        "null": found is None,
    }
    if not fits[kind]:
        raise ScalarError(f"the value cannot be decoded as a !!{kind}")
    return float(found) if kind == "float" and isinstance(found, int) else found


def _binary(text: str) -> str:
    """Base64 as Go's `StdEncoding` decodes it; bytes that are no UTF-8 become U+FFFD on the way through JSON."""
    try:
        raw = base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True)
    except (binascii.Error, ValueError):
        raise ScalarError("a !!binary value contains invalid base64 data") from None
    return raw.decode("utf-8", "replace")


def json_number(number: float) -> int | float:
    """Go prints a whole float below 1e21 without a fraction, so the API server reads an integer."""
    if not math.isfinite(number):
        raise ScalarError(f"{number} is no JSON value")
    if not number.is_integer() or abs(number) >= _LARGEST_WHOLE:
        return number
    # The shortest digits that give this float back, padded with zeros: 12345678901234567.0 is 12345678901234568.
    mantissa, _, exponent = f"{number!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    if not exponent:
        return int(whole)
    zeros = int(exponent) - len(fraction)
    return int(f"{whole}{fraction}{'0' * zeros}")


def key(found: Scalar) -> str:
    """The JSON object key that sigs.k8s.io/yaml makes of a resolved key; `ScalarError` for those that it refuses."""
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    if found is None:
        raise ScalarError("a mapping key is null")
    if isinstance(found, int):
        if found >= 1 << 63:
            raise ScalarError(f"the mapping key {found} is too large")
        return str(found)
    return _float_key(found)


def _float_key(number: float) -> str:
    """Go's `FormatFloat(number, 'g', -1, 32)`: the shortest digits of the nearest float32."""
    if math.isnan(number):
        return ".nan"
    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        single = math.copysign(math.inf, number)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    for precision in range(9):
        text = f"{single:.{precision}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            break
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        return _positional(mantissa, power)
    return f"{mantissa}e{power:+03d}"


def _positional(mantissa: str, power: int) -> str:
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = whole + fraction
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    digits = digits.ljust(power + 1, "0")
    rest = digits[power + 1 :]
    return f"{sign}{digits[: power + 1]}{'.' + rest if rest else ''}"
