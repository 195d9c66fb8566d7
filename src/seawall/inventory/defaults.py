"""What the API server writes into fields that were left out, as far as a finding may show such a field.

A manifest that says the default, one that says nothing, and the object as a server gives it back are the same.
Source: Kubernetes API reference v1.37, "defaults to" of each field.
"""

from __future__ import annotations

from typing import Any, Final

_DEFAULTS: Final[dict[str, tuple[object, ...]]] = {
    "backoffLimit": (6,),
    "completionMode": ("NonIndexed",),
    "completions": (1,),
    "concurrencyPolicy": ("Allow",),
    "defaultMode": (420,),
    "dnsPolicy": ("ClusterFirst",),
    "enableServiceLinks": (True,),
    "expirationSeconds": (3600,),
    "externalTrafficPolicy": ("Cluster",),
    "failedJobsHistoryLimit": (1,),
    "failureThreshold": (3,),
    "imagePullPolicy": ("IfNotPresent",),
    "internalTrafficPolicy": ("Cluster",),
    "matchPolicy": ("Equivalent",),
    "minReplicas": (1,),
    "parallelism": (1,),
    "periodSeconds": (10,),
    "podManagementPolicy": ("OrderedReady",),
    "podReplacementPolicy": ("TerminatingOrFailed",),
    "preemptionPolicy": ("PreemptLowerPriority",),
    "progressDeadlineSeconds": (600,),
    "protocol": ("TCP",),
    "reclaimPolicy": ("Delete",),
    "reinvocationPolicy": ("Never",),
    "replicas": (1,),
    "restartPolicy": ("Always",),
    "revisionHistoryLimit": (10,),
    "schedulerName": ("default-scheduler",),
    "scheme": ("HTTP",),
    "scope": ("*",),
    "serviceAccount": ("default",),
    "serviceAccountName": ("default",),
    "sessionAffinity": ("None",),
    "successThreshold": (1,),
    "successfulJobsHistoryLimit": (3,),
    "suspend": (False,),
    "terminationGracePeriodSeconds": (30,),
    "terminationMessagePath": ("/dev/termination-log",),
    "terminationMessagePolicy": ("File",),
    "timeoutSeconds": (1,),
    "type": ("", "ClusterIP"),
    "volumeBindingMode": ("Immediate",),
    "volumeMode": ("Filesystem",),
}
"""Field -> its default. One that depends on the kind stands here only if no finding can err by it."""


def undefaulted(value: Any, field: str) -> Any:
    """A value less what a server would write by itself, None where that is all; `field` is what it stands in."""
    if isinstance(value, dict):
        kept = {key: undefaulted(item, key) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list):
        return [undefaulted(item, field) for item in value]
    # True is 1 to Python, and to no API.
    is_default = any(type(value) is type(default) and value == default for default in _DEFAULTS.get(field, ()))
    return None if is_default else value
