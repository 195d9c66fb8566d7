"""The commands that a rule's page gives can be pasted into a shell and mean what they seem to."""

from __future__ import annotations

import re
import shlex

import pytest

from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule

SUBRESOURCES = ("approval", "attach", "ephemeralcontainers", "exec", "portforward", "proxy", "status", "token")
RULES = [pytest.param(rule, id=rule.id) for rule in catalog()]


@pytest.mark.parametrize("rule", RULES)
def test_the_command_is_one_line_that_a_shell_can_split(rule: Rule) -> None:
    command = rule.section("Check")
    assert command.isprintable(), "kubectl refuses a tab or a line break inside of a jsonpath string"
    assert shlex.split(command)[0] in ("kubectl", "git")


@pytest.mark.parametrize("rule", RULES)
def test_a_star_in_brackets_is_quoted(rule: Rule) -> None:
    command = rule.section("Check")
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
    assert "[" not in unquoted, "zsh takes it for a pattern of file names and runs nothing"


@pytest.mark.parametrize("rule", RULES)
def test_a_subresource_is_asked_for_as_one(rule: Rule) -> None:
    for asked, name in re.findall(r"can-i \S+ ([a-z.]+)/(\S+)", rule.section("Check")):
        assert name not in SUBRESOURCES, f"kubectl takes {asked}/{name} for the object {name!r}"
