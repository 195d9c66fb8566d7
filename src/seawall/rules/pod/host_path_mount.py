r"""A pod has a volume that is a path of its node.

Why: the volume survives the pod, is shared with whatever else runs on the node, and ties the pod to that node; most
    ways out of a container start at such a path. Pod Security refuses it already at baseline.
Instead: a PersistentVolumeClaim or a `local` PersistentVolume for data, an emptyDir for scratch space, a ConfigMap or
    a projected volume for files.
Breaks: programs that read or write files of the node; data that lies there must be moved.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: Pod Security Standards, baseline, "HostPath Volumes".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, Verdict, dig
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod import runtime_socket_mount, sensitive_host_path
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Rule, fails, passes, unknown

_WORSE: Final = (runtime_socket_mount, sensitive_host_path)
"""Rules that say what a volume's path gives away; beside them the volume as such is a detail."""


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    worse = {each.path[:3] for rule in _WORSE for each in rule.check(pod) if each.verdict is Verdict.FAIL}
    for violation in violations("hostPathVolumes", pod, view.kube_version):
        if violation.path in worse:
            yield told(
                violation,
                f'has volume "{violation.name}" from its node, which Pod Security refuses at baseline '
                "whatever its path; leave it out",
                LOW,
            )
            continue
        path = dig(violation.value, "path")
        shown = path.text if isinstance(path, Unknown) else path
        yield told(
            violation,
            f'has volume "{violation.name}", which is the path {shown} of its node; '
            "use an emptyDir, a PersistentVolumeClaim or a CSI volume",
        )


RULE = Rule(
    id="host-path-mount",
    on=PodTemplate,
    check=check,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "another rule already says what the path gives away"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:hostPathVolumes", "pss:restricted:restrictedVolumes"),
    examples=(
        passes(pod="volumes: [{name: tmp, emptyDir: {}}]"),
        passes(pod="volumes: [{name: tmp, hostPath: null, emptyDir: {}}]"),
        fails(
            pod="volumes: [{name: data, hostPath: {path: /srv/data}}]",
            at="spec.volumes[0].hostPath",
            instead="volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]",
        ),
        fails(pod="volumes: [{name: root, hostPath: {path: /}}]", at="spec.volumes[0].hostPath"),
        fails(pod="volumes: [{name: data, hostPath: {path: '${DIR}'}}]", at="spec.volumes[0].hostPath"),
        unknown(pod="volumes: '${VOLUMES}'"),
    ),
)
