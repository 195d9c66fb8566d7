"""Settings are read whole or refused with file, line, key, value and what is allowed."""

from __future__ import annotations

import datetime
import tomllib

import pytest

from seawall.core import Severity
from seawall.errors import ConfigError
from seawall.model import KubeVersion
from seawall.triage.config import ConfigFile, Settings, parse
from seawall.triage.toml import TomlText, key_lines

RULES = ("host-port", "host-pid", "run-as-root")


def settings(text: str) -> Settings:
    table = tomllib.loads(text)
    return parse(table, ConfigFile("seawall.toml", "/repo", TomlText(text, table)), RULES)


def test_nothing_gives_the_defaults() -> None:
    assert settings("") == Settings()


def test_everything() -> None:
    found = settings(
        """
        profile = "strict"
        select = ["cis"]
        ignore = ["host-pid"]
        exclude = ["vendor/"]
        kube-version = "1.34"
        fail-on = "high"
        strict = true
        estate = true
        registries = ["registry.example"]
        baseline = ".seawall-baseline.json"
        [severity]
        host-port = "low"
        [helm]
        values = ["prod.yaml"]
        set = ["a=b"]
        release = "shop"
        namespace = "prod"
        [[relax]]
        rule = "host-port"
        reason = "the ingress needs it"
        namespace = "edge"
        until = 2027-01-31
        value = 443
        [[relax]]
        rule = "host-pid"
        reason = "an agent"
        until = "2027-02-28"
        """
    )
    assert found.profile == "strict"
    assert found.kube_version == KubeVersion(34)
    assert found.fail_on == "high"
    assert (found.strict, found.estate) == (True, True)
    assert found.severity == {"host-port": Severity.LOW}
    assert found.helm_values == ("prod.yaml",)
    assert (found.helm_release, found.helm_namespace) == ("shop", "prod")
    first, second = found.relax
    assert (first.namespace, first.until, first.value) == ("edge", datetime.date(2027, 1, 31), 443)
    assert (second.index, second.until) == (1, datetime.date(2027, 2, 28))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('\nexcludes = ["a"]', "seawall.toml:2: there is no setting 'excludes'", "Did you mean 'exclude'?"),
        ('profile = "strikt"', 'seawall.toml:1: profile is "strikt"; it takes essential, recommended or', "'strict'"),
        ('fail-on = "hgih"', 'fail-on is "hgih"; it takes none, low, medium, high or critical', "'high'"),
        ("strict = 1", "strict is 1; it takes true or false", ""),
        ('select = "cis"', 'select is "cis"; it takes a list of texts', ""),
        ('registries = [""]', "registries is ['']; it takes a list of texts", ""),
        ("kube-version = 1.34", 'kube-version is 1.34; it takes a version such as "1.34"', "Write it in quotes"),
        ('kube-version = "2.0"', 'kube-version is "2.0"; it takes a version', ""),
        ("helm = 3", "helm is 3; it takes a table", ""),
        ('[helm]\nvalue = ["a"]', "seawall.toml:2: there is no key 'value' in helm", "Did you mean 'values'?"),
        ('[severity]\nhost-prt = "low"', "seawall.toml:2: severity.host-prt: there is no rule", "'host-port'"),
        ('[severity]\nhost-port = "none"', 'severity.host-port is "none"; it takes low, medium', ""),
        ('relax = "host-port"', 'relax is "host-port"; it takes tables that start with [[relax]]', ""),
        ('[[relax]]\nreason = "x"', "seawall.toml:1: relax[0] has no rule", "seawall rules"),
        ('[[relax]]\nrule = "host-port"', "relax[0] has no reason", "Say why"),
        ('[[relax]]\nrule = "host-port"\nreason = " "', 'relax[0].reason is " "; it takes a text', ""),
        ('[[relax]]\nrule = "x-y"\nreason = "x"', "seawall.toml:2: relax[0].rule: there is no rule 'x-y'", "seawall"),
        ('[[relax]]\nrule = "host-port"\nreason = "x"\nuntil = "soon"', "seawall.toml:4: relax[0].until", ""),
        ('[[relax]]\nrule = "host-port"\nreason = "x"\nuntil = 2027-01-01T00:00:00', "without a time", ""),
        ('[[relax]]\nrule = "host-port"\nreason = "x"\nkinds = "Pod"', "no key 'kinds' in relax[0]", "'kind'"),
    ],
)
def test_what_cannot_be_meant_is_an_error(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(text)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_all_unknown_keys_are_told_at_once() -> None:
    text = """\
profil = "strict"
colour = 1
[helm]
value = []
[[relax]]
rule = "host-port"
reason = "the ingress needs it"
nmae = "web"
"""
    with pytest.raises(ConfigError) as error:
        settings(text)
    assert error.value.message.splitlines() == [
        "seawall.toml:1: there is no setting 'profil'. Did you mean 'profile'?",
        "  seawall.toml:2: there is no setting 'colour'",
        "  seawall.toml:4: there is no key 'value' in helm. Did you mean 'values'?",
        "  seawall.toml:8: there is no key 'nmae' in relax[0]. Did you mean 'name'?",
    ]
    assert error.value.hint.startswith("Settings: profile, select")


def test_lines_of_keys() -> None:
    text = """# head
a = [
  "x # no comment", ]  # comment
b.c = '''
[not.a.table]
d = 1
'''
e = { f = 1 }
[[relax]]
rule = "x"
  [relax.deep]
  g = 1
[[relax]]
"quoted.key" = 'y'
[tool . "seawall"]
h = \"\"\"
\\\"\"\" [x]
\"\"\"
i = 2"""
    tomllib.loads(text)
    assert key_lines(text) == {
        ("a",): 2,
        ("b",): 4,
        ("b", "c"): 4,
        ("e",): 8,
        ("relax", 0): 9,
        ("relax", 0, "rule"): 10,
        ("relax", 0, "deep"): 11,
        ("relax", 0, "deep", "g"): 12,
        ("relax", 1): 13,
        ("relax", 1, "quoted.key"): 14,
        ("tool", "seawall"): 15,
        ("tool", "seawall", "h"): 16,
        ("tool", "seawall", "i"): 19,
    }


def test_places_below_a_prefix() -> None:
    text = "[tool.seawall]\n  strict = true\n"
    span, depth = TomlText(text, {"strict": True}, ("tool", "seawall")).locate(("strict", "more"))
    assert (span.line, span.column, span.end_column, depth) == (2, 3, 16, 1)
