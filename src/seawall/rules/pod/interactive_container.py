r"""A container keeps a terminal or its input open.

Why: `stdin` and `tty` are for sessions of people. In a workload they are left over from debugging: a shell as the main
    process waits for whoever attaches, and `kubectl attach` reaches it without the right to exec.
Instead: leave `stdin` and `tty` out; look into a pod with `kubectl debug`.
Breaks: programs that end when their input is closed; start them with their service command.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..tty}{"\n"}{end}'
Source: Kubernetes API reference, "Container", `stdin`, `tty`.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container, ContainerClass
from seawall.rules.spec import (
    DEVELOPER,
    LOW,
    OWNS,
    STRICT,
    Evidence,
    Fix,
    Remove,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(container: Container) -> Iterator[Evidence]:
    if container.kind is ContainerClass.EPHEMERAL:
        return
    for key in ("stdin", "tty"):
        value = container.spec.get(key)
        if isinstance(value, Unknown):
            yield unsure(value, key)
        elif value is True:
            yield fail(f"sets {key}: true, which only a person's session needs; leave {key} out", key, value=True)


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave {evidence.path[0]} out", (Remove(evidence.path),))


RULE = Rule(
    id="interactive-container",
    on=Container,
    check=check,
    fix=fix,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(container="tty: false"),
        passes(pod="ephemeralContainers: [{name: debug, image: debug:1, stdin: true, tty: true}]"),
        fails(
            container="""
                image: web:1
                stdin: true
                tty: true
            """,
            at="spec.containers[0].stdin",
            after_fix="image: web:1",
        ),
        unknown(container="tty: '${TTY}'"),
    ),
)
