r"""A container has no security context at all.

Why: every default of Kubernetes is the permissive one: root, the runtime's capabilities, privilege escalation, no
    seccomp profile. A pod that says nothing gets all of them at once.
Instead: write a `securityContext` on the pod (runAsNonRoot, seccompProfile) and on the container
    (allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem).
Breaks: nothing by itself; each setting says what it breaks.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..securityContext}{"\n"}{end}'
Source: Kubernetes docs, "Configure a Security Context for a Pod or Container".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    own, pods = container.security, container.pod.security
    for security in (own, pods):
        if isinstance(security, Unknown):
            yield unsure(security, "securityContext")
            return
    if not _says_something(own) and not _says_something(pods):
        yield fail(
            "has no securityContext, and neither has its pod; start with runAsNonRoot, "
            "allowPrivilegeEscalation: false, capabilities.drop [ALL] and seccompProfile RuntimeDefault",
            "securityContext",
        )


def _says_something(security: dict[str, object]) -> bool:
    """Whether any field has a value: a server gives `privileged: null` back as an empty object."""
    return any(value is not None for value in security.values())


RULE = Rule(
    id="missing-security-context",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="securityContext: {runAsNonRoot: true}"),
        passes(pod="securityContext: {runAsNonRoot: true}"),
        fails(
            container="ports: [{containerPort: 8080}]",
            at="spec.containers[0].securityContext",
            instead="""
                ports: [{containerPort: 8080}]
                securityContext:
                  runAsNonRoot: true
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: [ALL]}
                  seccompProfile: {type: RuntimeDefault}
            """,
        ),
        fails(container="securityContext: {}"),
        unknown(container="securityContext: '${CONTEXT}'"),
        unknown(pod="securityContext: '${CONTEXT}'"),
    ),
)
