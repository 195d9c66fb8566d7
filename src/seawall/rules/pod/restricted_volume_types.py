r"""A pod mounts a storage type that the restricted standard does not allow.

Why: such a volume takes its server, its credentials and its mount options from whoever writes the pod; the kubelet
    mounts it as root. Most of these types are deprecated or gone, and gitRepo runs code of the repository on the node.
Instead: a PersistentVolumeClaim or a `csi` volume, whose server and options an administrator has set up; for gitRepo an
    init container that clones into an emptyDir.
Breaks: nothing in the program; the data stays where it is when a PersistentVolume points at it.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.spec.volumes}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Volume Types"; CVE-2024-10220 (gitRepo).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, HIGH, LOW, Evidence, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("restrictedVolumes", pod, view.kube_version):
        kind = violation.path[-1]
        # The path of a node is host-path-mount's matter.
        if kind != "hostPath":
            yield told(
                violation,
                f'has volume "{violation.name}" of the type {kind}; use a PersistentVolumeClaim or a csi volume',
                HIGH if kind == "gitRepo" else None,
            )


RULE = Rule(
    id="restricted-volume-types",
    on=PodTemplate,
    check=check,
    versioned=True,
    severity=LOW,
    otherwise={HIGH: "the volume is a gitRepo, by which a repository runs code on the node"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:restrictedVolumes",),
    examples=(
        passes(pod="volumes: [{name: tmp, emptyDir: {}}, {name: data, persistentVolumeClaim: {claimName: data}}]"),
        passes(pod="volumes: [{name: nothing}, {name: logs, hostPath: {path: /srv}}]"),
        fails(
            pod="volumes: [{name: share, nfs: {server: nas.example, path: /share}}]",
            at="spec.volumes[0].nfs",
            instead="volumes: [{name: share, persistentVolumeClaim: {claimName: share}}]",
        ),
        fails(
            pod="volumes: [{name: code, gitRepo: {repository: 'https://git.example/code.git'}}]",
            at="spec.volumes[0].gitRepo",
        ),
        unknown(pod="volumes: [{name: share, nfs: '${NFS}'}]"),
    ),
)
