"""What an operator fills in costs one line of coverage, not a finding for each rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seawall.core import Document, Layer, Severity, Unknown, Verdict
from seawall.findings import Judgement, judge
from seawall.inventory import collect
from seawall.model import Container, Estate, PodTemplate
from seawall.rules.spec import DEVELOPER_OWNS, Evidence, Rule, fail, fails, passes, unsure
from seawall.yamltext import Broken, read

KAFKA = """
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    template:
      pod: {hostNetwork: %s}
      kafkaContainer: {securityContext: {privileged: true}}
"""


def rule(on: type, check: object) -> Rule:
    return Rule(
        id="some-state",
        on=on,
        check=check,  # type: ignore[arg-type]  # each test gives a function
        severity=Severity.LOW,
        layer=Layer.CONTAINER,
        audience=DEVELOPER_OWNS,
        examples=(passes(container=""), fails(container="")),
    )


def judged(text: str, rule: Rule) -> Judgement:
    documents = [Document("kafka.yaml", d) for d in read(text) if not isinstance(d, Broken)]
    return judge(Estate(collect(documents)), [rule])


def host_network(pod: PodTemplate) -> Iterator[Evidence]:
    value = pod.spec.get("hostNetwork")
    if isinstance(value, Unknown):
        yield unsure(value, "hostNetwork")
    elif value:
        yield fail("shares the network", "hostNetwork", value=value)


def careless(container: Container) -> Iterator[Evidence]:
    if container.spec.get("image") == "x":
        yield fail("runs x", "image")


def test_what_is_left_out_is_one_line_of_coverage() -> None:
    judgement = judged(
        KAFKA % "null" + "---" + (KAFKA % "null").replace("events", "audit"), rule(PodTemplate, host_network)
    )
    assert judgement.findings == ()
    assert judgement.not_looked_at == (
        ("what 2 objects of kind Kafka leave out of their pods", "the operator of that kind fills it in"),
    )


def test_a_rule_that_compares_what_is_left_out_says_nothing_either() -> None:
    assert judged(KAFKA % "false", rule(Container, careless)).findings == ()


@pytest.mark.parametrize(("value", "verdict"), [("true", Verdict.FAIL), ("'${HOST}'", Verdict.UNKNOWN)])
def test_what_stands_there_is_judged(value: str, verdict: Verdict) -> None:
    (finding,) = judged(KAFKA % value, rule(PodTemplate, host_network)).findings
    assert finding.verdict is verdict
    assert finding.path_text == "spec.kafka.template.pod.hostNetwork"
