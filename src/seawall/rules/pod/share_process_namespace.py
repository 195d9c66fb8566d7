r"""The containers of a pod see and signal each other's processes.

Why: with one process namespace, a compromised sidecar reads the environment and memory of the others, and through
    /proc/<pid>/root their files: secrets that were mounted into one container only are everyone's.
Instead: leave `shareProcessNamespace` out; debug with `kubectl debug --target=<container>`, which shares one
    container's namespace for as long as it is needed.
Breaks: sidecars that send signals to the main process (a reloader) or reap its children.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.spec.shareProcessNamespace}{"\n"}{end}'
Source: Kubernetes docs, "Share Process Namespace between Containers in a Pod"; KubeHound, SHARE_PS_NAMESPACE.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Fix, Remove, Rule, fail, fails, passes, unknown, unsure


def check(pod: PodTemplate) -> Iterator[Evidence]:
    value = pod.spec.get("shareProcessNamespace")
    if isinstance(value, Unknown):
        yield unsure(value, "shareProcessNamespace")
    elif value is True:
        yield fail(
            "shares one process namespace among its containers; leave shareProcessNamespace out",
            "shareProcessNamespace",
            value=True,
        )


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave shareProcessNamespace out", (Remove(evidence.path),))


RULE = Rule(
    id="share-process-namespace",
    on=PodTemplate,
    check=check,
    fix=fix,
    severity=LOW,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(pod="shareProcessNamespace: false"),
        passes(pod="hostPID: false"),
        fails(
            pod="""
                enableServiceLinks: false
                shareProcessNamespace: true
            """,
            at="spec.shareProcessNamespace",
            after_fix="enableServiceLinks: false",
        ),
        unknown(pod="shareProcessNamespace: '${SHARE}'"),
    ),
)
