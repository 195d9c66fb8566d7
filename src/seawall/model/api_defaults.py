"""What the API server, or who comes after it, makes of a field that is left out; the fields that verdicts hang on.

Source: Kubernetes API reference v1.37, the description of each field; containerd's default capabilities.
"""

from __future__ import annotations

from typing import Final

from seawall.core import Path

_DEFAULTS: Final = {
    "allowPrivilegeEscalation": "unset, which is as true: a process may gain rights that its parent has not",
    "privileged": "false",
    "readOnlyRootFilesystem": "false",
    "runAsNonRoot": "unset, which is as false: the kubelet checks no user",
    "runAsUser": "the user that the image names, root where it names none",
    "runAsGroup": "the group that the image names, root where it names none",
    "capabilities": "the runtime's own set (containerd: 14 capabilities, among them NET_RAW)",
    "drop": "nothing is dropped from the runtime's own set",
    "seccompProfile": "Unconfined, unless the kubelet runs with seccompDefault",
    "procMount": "Default",
    "hostNetwork": "false",
    "hostPID": "false",
    "hostIPC": "false",
    "hostUsers": "true: user 0 of the pod is user 0 of the node",
    "shareProcessNamespace": "false",
    "automountServiceAccountToken": "what the ServiceAccount says, true where it says nothing",
    "serviceAccountName": "default",
    "imagePullPolicy": "Always for the tag latest or none, IfNotPresent for every other",
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": "30",
    "limits": "no limit, unless a LimitRange of the namespace sets one",
    "requests": "the limits, else nothing, unless a LimitRange of the namespace sets one",
    "livenessProbe": "none: only a process that ends is started again",
    "readinessProbe": "none: a container counts as ready when it has started",
    "replicas": "1",
    "concurrencyPolicy": "Allow",
    "ttlSecondsAfterFinished": "never removed",
    "activeDeadlineSeconds": "no deadline",
    "policyTypes": "Ingress, and Egress where there is an egress rule",
    "failurePolicy": "Fail",
    "timeoutSeconds": "10 for a webhook, 1 for a probe",
    "namespaceSelector": "of a webhook: every namespace; of a peer in a NetworkPolicy: its own namespace",
    "objectSelector": "every object",
    "externalTrafficPolicy": "Cluster",
    "loadBalancerSourceRanges": "everyone",
    "tls": "no certificate of this object",
    "roleRef": "refused: a binding must name a role",
}
"""Field -> what stands for it where it is left out."""


def default_of(path: Path) -> str:
    """What stands for a field that is left out; empty where this table does not say."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    return _DEFAULTS.get(name, "")
