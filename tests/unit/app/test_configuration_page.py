"""The page of settings names every one, and its example is a valid file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from seawall.data.foreign_checks import foreign_checks
from seawall.rules.catalog import catalog
from seawall.triage.config import NAMES, ConfigFile, parse
from seawall.triage.toml import TomlText

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text("utf-8")


def test_the_example_has_every_setting() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    table = tomllib.loads(example)
    text = TomlText(example, table)
    parse(table, ConfigFile("seawall.toml", "/", text), {rule.id for rule in catalog()})
    assert [name for name in NAMES if not text.has(tuple(name.split(".")))] == []


def test_every_rule_about_relaxations_is_explained() -> None:
    ids = [rule.id for rule in catalog() if rule.family == "triage"]
    assert ids
    assert [rule_id for rule_id in ids if f"`{rule_id}`" not in PAGE] == []


def test_what_other_scanners_leave_out_is_translated_as_the_table_of_checks_does() -> None:
    rows = re.findall(r"^\|.*?([A-Z][\w-]*\d|latest-tag)\b.*\| `ignore = \[\"([\w-]+)\"\]` \|$", PAGE, re.MULTILINE)
    assert [check for check, _ in rows] == ["AVD-KSV-0014", "CKV_K8S_20", "latest-tag"]
    for check, rule in rows:
        assert foreign_checks().find(check)[1] == (rule,)
