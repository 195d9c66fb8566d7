"""What a scalar means to Kubernetes: go-yaml v2.4.4 and sigs.k8s.io/yaml v1.6.0 were asked each of these."""

from __future__ import annotations

import json

import pytest

from seawall.yamltext import Broken, Document, read

VALUES = [
    ("yes", True),
    ("ON", True),
    ("Y", True),
    ("n", False),
    ("Off", False),
    ("yeS", "yeS"),
    ("oFF", "oFF"),
    ("~", None),
    ("", None),
    ("Null", None),
    ("nULL", "nULL"),
    ("None", "None"),
    ("0755", 493),
    ("0o755", 493),
    ("-0O17", -15),
    ("089", 89),
    ("0xBEEF", 48879),
    ("0b110", 6),
    ("0b-11", -3),
    ("2_500", 2500),
    ("_7", "_7"),
    ("0x", "0x"),
    ("9223372036854775808", 9223372036854775808),
    ("+9223372036854775808", 9223372036854776000),
    ("0x10000000000000000", "0x10000000000000000"),
    ("36893488147419103232", 36893488147419103000),
    ("3e2", 300),
    ("2.50", 2.5),
    (".25", 0.25),
    ("7.", 7),
    ("-0.0", 0),
    ("4e22", 4e22),
    ("98765432109876543.0", 98765432109876540),
    ("2e999", "2e999"),
    ("2e-999", 0),
    ("0x1p3", "0x1p3"),
    ("12:45", "12:45"),
    ("2026-11-24", "2026-11-24"),
    ("250m", "250m"),
    ("1.2.3", "1.2.3"),
    ("=", "="),
    ("<<", "<<"),
    ("'on'", "on"),
    ('"0755"', "0755"),
    ("! 5", "5"),
    ("!custom 5", "5"),
    ("!!str 5", "5"),
    ('!!int "5"', 5),
    ("!!float 5", 5),
    ("!!bool 'n'", False),
    ("!!timestamp 2026-11-24", "2026-11-24"),
    ("!!binary c2Vh", "sea"),
    ("!!binary /w==", "\ufffd"),
    ("'it''s'", "it's"),
    (r'"\x41\u00e9\U0001F600"', "Aé😀"),
]
REFUSED = [
    ".inf",
    "-.Inf",
    ".nan",
    "!!int five",
    "!!null x",
    "!!timestamp soon",
    '!!binary "*"',
    r'"\/"',
    r'"\ud83d\ude00"',
    "@x",
    "%x",
    "`x",
    "- x",
    "? x",
    "x: y",
    "'x' y",
]
KEYS = [
    ("y", "true"),
    ("OFF", "false"),
    ("0x1F", "31"),
    ("2.50", "2.5"),
    ("3e3", "3000"),
    ("1000000.0", "1e+06"),
    ("987654321.5", "9.8765434e+08"),
    ("0.00001", "1e-05"),
    ("0.001", "0.001"),
    ("-0.0", "-0"),
    ("1e39", ".inf"),
    (".inf", ".inf"),
    (".NaN", ".nan"),
    ("2026-11-24", "2026-11-24"),
    ("'~'", "~"),
]


def only(text: str) -> Document:
    (found,) = read(text)
    assert isinstance(found, Document), found
    return found


@pytest.mark.parametrize(("written", "value"), VALUES)
def test_value_of_a_scalar(written: str, value: object) -> None:
    assert json.dumps(only(f"key: {written}\n").value) == json.dumps({"key": value})


@pytest.mark.parametrize("written", REFUSED)
def test_scalar_that_breaks_its_document(written: str) -> None:
    (found,) = read(f"key: {written}\n")
    assert isinstance(found, Broken)
    assert (found.kind, found.line) == ("yaml", 1)


@pytest.mark.parametrize(("written", "key"), KEYS)
def test_key_of_a_mapping(written: str, key: str) -> None:
    assert only(f"{written}: x\n").value == {key: "x"}


@pytest.mark.parametrize("written", ["~", "null", "18446744073709551615", "[a]", "{a: b}", "? [a]\n"])
def test_key_that_json_cannot_have(written: str) -> None:
    assert isinstance(read(f"{written}: x\n")[0], Broken)


@pytest.mark.parametrize("length", [5000, 400_000])
def test_literal_of_many_digits_is_read_without_pythons_limit(length: int) -> None:
    (found,) = read(f"a: {'7' * length}\nb: 0x{'f' * length}\nc: {'0' * length}7\nd: 1e{'9' * length}\n")
    assert isinstance(found, Document)
    assert found.value["a"] == "7" * length
    assert found.value["b"] == "0x" + "f" * length
    assert found.value["c"] == 7
    assert found.value["d"] == "1e" + "9" * length
