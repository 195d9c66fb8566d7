"""A rule's page in `docs/rules/`, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.core import Verdict
from seawall.rules.controls import controls_of
from seawall.rules.glossary import subject_of
from seawall.rules.spec import Example, Rule

_WORDS = {Verdict.FAIL: "Fails", Verdict.PASS: "Passes", Verdict.UNKNOWN: "Unknown"}
_SEVERITIES = (
    "Where the severity is a range, each finding has the one that the facts of its case call for; "
    "the rule's page says when it is which."
)


def page(rule: Rule) -> str:
    """The whole page; generated, never edited by hand."""
    return "\n".join(_page(rule)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    name, purpose = subject_of(rule.on)
    fixable = "yes" if rule.fixable else "no"
    yield f"# {rule.id}"
    yield ""
    yield f"**{rule.title}.**"
    yield ""
    yield "| severity | layer | profile | asked of | fix |"
    yield "|---|---|---|---|---|"
    yield f"| {_severity(rule)} | {rule.layer.value} | {rule.profile.label} | {name} | {fixable} |"
    yield ""
    yield purpose
    for title, section in (("Why", "Why"), ("Instead", "Instead"), ("What that may break", "Breaks")):
        yield ""
        yield f"## {title}"
        yield ""
        yield rule.section(section)
    yield ""
    yield "## Check"
    yield ""
    yield "```sh"
    yield from (line.strip() for line in rule.section("Check").splitlines())
    yield "```"
    yield from _examples(rule)
    yield from _facts(rule)


def _severity(rule: Rule) -> str:
    """The usual one, then each other one and when."""
    others = [f"{severity.label} where {when}" for severity, when in sorted(rule.otherwise.items(), reverse=True)]
    return "; ".join((rule.severity.label, *others))


def _examples(rule: Rule) -> Iterator[str]:
    yield ""
    yield "## Examples"
    for example in sorted(rule.examples, key=lambda example: list(_WORDS).index(example.verdict)):
        yield ""
        yield f"{_WORDS[example.verdict]}{_given(example)}:"
        yield ""
        yield from _fence(example.text)
        if example.good:
            yield ""
            yield "After the fix:" if example.after_fix else "Instead:"
            yield ""
            yield from _fence(example.good)


def _given(example: Example) -> str:
    parts = [{"container": "a container", "pod": "a pod's spec", "manifest": ""}[example.form]]
    parts.append("the whole cluster" if example.estate else "")
    parts.append(f"at Kubernetes {example.kube_version}" if example.kube_version else "")
    text = ", ".join(part for part in parts if part)
    return f" ({text})" if text else ""


def _fence(text: str) -> Iterator[str]:
    yield "```yaml"
    yield text
    yield "```"


def _facts(rule: Rule) -> Iterator[str]:
    yield ""
    yield "## Facts"
    yield ""
    yield f"- Source: {rule.section('Source')}"
    controls = controls_of(rule)
    yield f"- Controls: {', '.join(f'`{control}`' for control in controls) if controls else 'none'}"
    people = ", ".join(f"{audience.value} ({affinity.value})" for audience, affinity in rule.audience.items())
    yield f"- Audience: {people}"
    if rule.needs:
        yield f"- Needs every {' and '.join(rule.needs)} of the cluster (`--estate`); otherwise it is not judged."


def index(rules: Sequence[Rule]) -> str:
    """The table of all rules."""
    lines = ["# Rules", "", f"{len(rules)} rules. {_SEVERITIES}", ""]
    lines += ["| rule | severity | layer | profile | what it finds |", "|---|---|---|---|---|"]
    for rule in rules:
        severity = " to ".join(dict.fromkeys(rule.severities[end].label for end in (0, -1)))
        facts = (f"[{rule.id}]({rule.id}.md)", severity, rule.layer.value, rule.profile.label, rule.title)
        lines.append(f"| {' | '.join(facts)} |")
    return "\n".join(lines) + "\n"
