"""A workload runs under the namespace's default service account.

Why: every pod that names no account shares this one. A right that is given to it for one of them is given to all, and
    the audit log cannot tell them apart.
Instead: create a ServiceAccount for the workload and name it in `serviceAccountName`.
Breaks: nothing, unless rights or pull secrets were given to the default account.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,ACCOUNT:.spec.serviceAccountName
Source: CIS Kubernetes Benchmark, "Ensure that default service accounts are not actively used".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.rules.pod._helpers import service_account_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(pod: PodTemplate) -> Iterator[Evidence]:
    name = service_account_of(pod)
    if isinstance(name, Unknown):
        yield unsure(name, "serviceAccountName")
    elif name == "default":
        yield fail(
            "runs under the default service account; name one of its own in serviceAccountName",
            "serviceAccountName",
            value=pod.spec.get("serviceAccountName"),
        )


RULE = Rule(
    id="default-service-account",
    on=PodTemplate,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(pod="serviceAccountName: cart"),
        passes(pod="serviceAccount: cart"),
        fails(
            pod="enableServiceLinks: false",
            at="spec.serviceAccountName",
            instead="""
                enableServiceLinks: false
                serviceAccountName: cart
            """,
        ),
        fails(pod="serviceAccountName: default", at="spec.serviceAccountName"),
        unknown(pod="serviceAccountName: '${ACCOUNT}'"),
    ),
)
