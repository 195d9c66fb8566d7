"""What an API server of 1.3x makes of an object: the defaults of its API, what it drops, and what it adds by itself.

Written from the defaulting functions' documentation (Kubernetes API reference, v1.34: the "defaults to" of each field),
for the kinds of the rules' examples. It is a model for tests: it never refuses an object.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Tree = dict[str, Any]
UID = "5b2c1f0e-8a3d-4c55-9d7e-0123456789ab"
MOMENT = "2026-11-01T08:00:00Z"
CLUSTER_SCOPED = frozenset(
    {
        *("Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass", "IngressClass"),
        *("CustomResourceDefinition", "PriorityClass", "RuntimeClass", "APIService", "CertificateSigningRequest"),
        *("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy"),
        *("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"),
        *("PodSecurityPolicy", "FlowSchema", "PriorityLevelConfiguration", "CSIDriver", "GatewayClass"),
        *("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "VolumeAttachment"),
    }
)
_EMPTY_IS_ABSENT = frozenset(
    {
        *(
            "annotations",
            "labels",
            "env",
            "envFrom",
            "ports",
            "args",
            "command",
            "volumeMounts",
            "volumes",
            "add",
            "drop",
        ),
        *("initContainers", "imagePullSecrets", "tolerations", "ingress", "egress", "supplementalGroups", "sysctls"),
        *("limits", "requests", "nodeSelector", "externalIPs", "loadBalancerSourceRanges", "finalizers", "hostAliases"),
    }
)
_FALSE_IS_ABSENT = frozenset(
    {"hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly", "publishNotReadyAddresses"}
)
_ZERO_IS_ABSENT = frozenset({"hostPort", "nodePort", "initialDelaySeconds"})


def read_back(tree: Tree) -> Tree:
    """The object as `kubectl get -o json` shows it after `kubectl apply`."""
    made = _omitted(copy.deepcopy(tree))
    default = _DEFAULTS.get((made["apiVersion"].rpartition("/")[0], made["kind"]))
    if default is not None:
        default(made)
    return _marked(made)


def _marked(made: Tree) -> Tree:
    """With what every stored object has."""
    metadata = made.setdefault("metadata", {})
    metadata |= {"uid": UID, "resourceVersion": "4711", "creationTimestamp": MOMENT}
    if "spec" in made:
        metadata.setdefault("generation", 1)
    metadata["managedFields"] = [
        {
            "manager": "kubectl-client-side-apply",
            "operation": "Update",
            "apiVersion": made["apiVersion"],
            "time": MOMENT,
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": {"f:annotations": {".": {}}}, "f:spec": {"f:securityContext": {}}},
        }
    ]
    return made


def _omitted(value: Any, key: str = "") -> Any:
    """Without what Go leaves out of JSON (`omitempty`), as far as manifests write it."""
    if isinstance(value, dict):
        kept = {name: _omitted(item, name) for name, item in value.items()}
        return {name: item for name, item in kept.items() if not _is_left_out(name, item)}
    return [_omitted(item, key) for item in value] if isinstance(value, list) else value


def _is_left_out(key: str, value: Any) -> bool:
    if value is None:
        return True
    if key in _EMPTY_IS_ABSENT and value in ([], {}):
        return True
    return (key in _FALSE_IS_ABSENT and value is False) or (key in _ZERO_IS_ABSENT and value == 0)


def _set(tree: Tree, **defaults: Any) -> None:
    for key, value in defaults.items():
        tree.setdefault(key, copy.deepcopy(value))


def _dicts(value: Any) -> Iterator[Tree]:
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _sub(tree: Tree, *keys: str) -> Tree:
    for key in keys:
        found = tree.get(key)
        tree = found if isinstance(found, dict) else {}
    return tree


# --- pods


def pod_spec(spec: Tree) -> None:
    """Defaults of a PodSpec wherever it stands."""
    _set(spec, restartPolicy="Always", terminationGracePeriodSeconds=30, dnsPolicy="ClusterFirst", securityContext={})
    _set(spec, schedulerName="default-scheduler")
    if "serviceAccountName" in spec:
        spec["serviceAccount"] = spec["serviceAccountName"]
    elif "serviceAccount" in spec:
        spec["serviceAccountName"] = spec["serviceAccount"]
    for key in ("initContainers", "containers", "ephemeralContainers"):
        for container in _dicts(spec.get(key)):
            _container(container)
    for volume in _dicts(spec.get("volumes")):
        _volume(volume)


def _container(container: Tree) -> None:
    image = str(container.get("image", ""))
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    latest = tag == "latest" or not (tag or "@" in image)
    _set(container, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File", resources={})
    _set(container, imagePullPolicy="Always" if latest else "IfNotPresent")
    for port in _dicts(container.get("ports")):
        _set(port, protocol="TCP")
    for entry in _dicts(container.get("env")):
        field = _sub(entry, "valueFrom", "fieldRef")
        if field:
            _set(field, apiVersion="v1")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if isinstance(probe, dict):
            _set(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
            _action(probe)
    for hook in ("postStart", "preStop"):
        _action(_sub(container, "lifecycle", hook))
    for table in ("limits", "requests"):
        amounts = _sub(container, "resources", table)
        for resource, amount in amounts.items():
            amounts[resource] = _quantity(amount)


def _quantity(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if float(value).is_integer() else f"{value * 1000:.0f}m"
    return {"1024Mi": "1Gi", "0.5": "500m", "0.1": "100m", "1000m": "1"}.get(value, value)


def _action(action: Tree) -> None:
    if isinstance(action.get("httpGet"), dict):
        _set(action["httpGet"], path="/", scheme="HTTP")
    if isinstance(action.get("grpc"), dict):
        _set(action["grpc"], service="")


def _volume(volume: Tree) -> None:
    if set(volume) <= {"name"}:
        volume["emptyDir"] = {}
    for source in ("secret", "configMap", "downwardAPI", "projected"):
        if isinstance(volume.get(source), dict):
            _set(volume[source], defaultMode=420)
    if isinstance(volume.get("hostPath"), dict):
        _set(volume["hostPath"], type="")
    for part in _dicts(_sub(volume, "projected").get("sources")):
        if isinstance(part.get("serviceAccountToken"), dict):
            _set(part["serviceAccountToken"], expirationSeconds=3600)
    claim = _sub(volume, "ephemeral", "volumeClaimTemplate", "spec")
    if claim:
        _set(claim, volumeMode="Filesystem")


def _template(template: Any) -> None:
    if isinstance(template, dict):
        _set(template, metadata={})
        template["metadata"]["creationTimestamp"] = None
        if isinstance(template.get("spec"), dict):
            pod_spec(template["spec"])


def running_pod(pod: Tree) -> None:
    """A Pod: its own defaults, what admission puts into it, and what the scheduler and the kubelet say."""
    spec = pod.get("spec")
    if not isinstance(spec, dict):
        return
    pod_spec(spec)
    _set(spec, enableServiceLinks=True, priority=0, preemptionPolicy="PreemptLowerPriority", nodeName="node-1")
    _set(spec, serviceAccountName="default")
    spec["serviceAccount"] = spec["serviceAccountName"]
    everyone = [each for key in ("initContainers", "containers") for each in _dicts(spec.get(key))]
    for container in everyone:
        limits = _sub(container, "resources", "limits")
        if limits:
            container["resources"].setdefault("requests", {})
            _set(container["resources"]["requests"], **limits)
        if spec.get("hostNetwork") is True:
            for port in _dicts(container.get("ports")):
                _set(port, hostPort=port.get("containerPort"))
    if spec.get("automountServiceAccountToken") is not False:
        _mount_token(spec, everyone)
    tolerations = spec.setdefault("tolerations", [])
    for key in ("not-ready", "unreachable"):
        toleration = {"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists"}
        tolerations.append(toleration | {"tolerationSeconds": 300})
    pod["status"] = {
        "phase": "Running",
        "qosClass": "BestEffort",
        "hostIP": "10.0.0.4",
        "podIP": "10.244.0.7",
        "podIPs": [{"ip": "10.244.0.7"}],
        "startTime": MOMENT,
        "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": None, "lastTransitionTime": MOMENT}],
        "containerStatuses": [
            {
                "name": each.get("name"),
                "image": each.get("image"),
                "imageID": "docker.io/library/x@sha256:" + "1" * 64,
                "ready": True,
                "restartCount": 0,
                "started": True,
                "state": {"running": {"startedAt": MOMENT}},
                "lastState": {},
            }
            for each in _dicts(spec.get("containers"))
        ],
    }


def _mount_token(spec: Tree, everyone: list[Tree]) -> None:
    where = "/var/run/secrets/kubernetes.io/serviceaccount"
    added = False
    for container in everyone:
        mounts = container.setdefault("volumeMounts", [])
        if all(mount.get("mountPath") != where for mount in _dicts(mounts)):
            mounts.append({"name": "kube-api-access-x7x2p", "mountPath": where, "readOnly": True})
            added = True
    if added:
        ca = {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}
        namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
        spec.setdefault("volumes", []).append(
            {
                "name": "kube-api-access-x7x2p",
                "projected": {
                    "defaultMode": 420,
                    "sources": [
                        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                        {"configMap": ca},
                        {"downwardAPI": {"items": [namespace]}},
                    ],
                },
            }
        )


# --- workloads


def _deployment(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
        _set(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
        _set(spec, strategy={"type": "RollingUpdate"})
        if _sub(spec, "strategy").get("type", "RollingUpdate") == "RollingUpdate":
            _set(spec["strategy"], type="RollingUpdate", rollingUpdate={})
            _set(spec["strategy"]["rollingUpdate"], **rolling)
        _template(spec.get("template"))
    made.setdefault("metadata", {}).setdefault("annotations", {})["deployment.kubernetes.io/revision"] = "1"
    made["status"] = {"observedGeneration": 1, "replicas": 1, "readyReplicas": 1, "conditions": []}


def _stateful_set(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        _set(spec, replicas=1, revisionHistoryLimit=10, podManagementPolicy="OrderedReady")
        _set(spec, updateStrategy={"type": "RollingUpdate"})
        if spec["updateStrategy"].get("type") == "RollingUpdate":
            _set(spec["updateStrategy"], rollingUpdate={"partition": 0})
        _set(spec, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Retain", "whenScaled": "Retain"})
        for claim in _dicts(spec.get("volumeClaimTemplates")):
            _set(claim, apiVersion="v1", kind="PersistentVolumeClaim", status={"phase": "Pending"})
            _claim(claim)
        _template(spec.get("template"))
    made["status"] = {"replicas": 1, "availableReplicas": 1, "currentRevision": "x-5d8", "collisionCount": 0}


def _daemon_set(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
        _set(spec, revisionHistoryLimit=10, updateStrategy=rolling)
        _template(spec.get("template"))
    annotations = made.setdefault("metadata", {}).setdefault("annotations", {})
    annotations["deprecated.daemonset.template.generation"] = "1"
    made["status"] = {"currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberMisscheduled": 0}


def _replica_set(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        _set(spec, replicas=1)
        _template(spec.get("template"))
    made["status"] = {"replicas": 1, "readyReplicas": 1}


def _replication_controller(made: Tree) -> None:
    _replica_set(made)
    labels = _sub(made, "spec", "template", "metadata").get("labels")
    if labels:
        _set(made["spec"], selector=labels)
        _set(made["metadata"], labels=labels)


def _job(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        _set(spec, completions=1, parallelism=1, backoffLimit=6, completionMode="NonIndexed", suspend=False)
        _set(spec, podReplacementPolicy="TerminatingOrFailed")
        _template(spec.get("template"))
        name = _sub(made, "metadata").get("name", "x")
        labels = {"batch.kubernetes.io/controller-uid": UID, "batch.kubernetes.io/job-name": name}
        labels |= {"controller-uid": UID, "job-name": name}
        _set(spec, selector={"matchLabels": {"batch.kubernetes.io/controller-uid": UID}})
        if isinstance(spec.get("template"), dict):
            template = spec["template"]["metadata"].setdefault("labels", {})
            template |= labels
    made["status"] = {"active": 1, "startTime": MOMENT, "ready": 1, "terminating": 0, "uncountedTerminatedPods": {}}


def _cron_job(made: Tree) -> None:
    spec = made.get("spec")
    if isinstance(spec, dict):
        _set(spec, concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
        job = spec.get("jobTemplate")
        if isinstance(job, dict):
            _set(job, metadata={})
            job["metadata"]["creationTimestamp"] = None
            _template(_sub(job, "spec").get("template"))
    made["status"] = {"lastScheduleTime": MOMENT, "lastSuccessfulTime": MOMENT}


# --- network


def _service(made: Tree) -> None:
    spec = made.get("spec")
    if not isinstance(spec, dict):
        return
    _set(spec, type="ClusterIP", sessionAffinity="None")
    for number, port in enumerate(_dicts(spec.get("ports"))):
        _set(port, protocol="TCP", targetPort=port.get("port"))
        if spec["type"] in ("NodePort", "LoadBalancer"):
            _set(port, nodePort=30_100 + number)
    if spec["type"] != "ExternalName":
        _set(spec, clusterIP="10.96.17.4", internalTrafficPolicy="Cluster", ipFamilies=["IPv4"])
        _set(spec, clusterIPs=[spec["clusterIP"]], ipFamilyPolicy="SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _set(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        _set(spec, allocateLoadBalancerNodePorts=True)
    made["status"] = {"loadBalancer": {}}


def _ingress(made: Tree) -> None:
    made["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}


def _network_policy(made: Tree) -> None:
    spec = made.get("spec")
    if not isinstance(spec, dict):
        return
    _set(spec, podSelector={}, policyTypes=["Ingress", *(["Egress"] if spec.get("egress") else [])])
    for direction in ("ingress", "egress"):
        for rule in _dicts(spec.get(direction)):
            for port in _dicts(rule.get("ports")):
                _set(port, protocol="TCP")


# --- admission


def _webhooks(made: Tree) -> None:
    for webhook in _dicts(made.get("webhooks")):
        _set(webhook, failurePolicy="Fail", matchPolicy="Equivalent", timeoutSeconds=10)
        _set(webhook, namespaceSelector={}, objectSelector={})
        if made["kind"].startswith("Mutating"):
            _set(webhook, reinvocationPolicy="Never")
        service = _sub(webhook, "clientConfig", "service")
        if service:
            _set(service, port=443)
        for rule in _dicts(webhook.get("rules")):
            _set(rule, scope="*")


def _match_resources(match: Tree) -> None:
    if match:
        _set(match, matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
        for rule in (*_dicts(match.get("resourceRules")), *_dicts(match.get("excludeResourceRules"))):
            _set(rule, scope="*")


def _policy(made: Tree) -> None:
    spec = _sub(made, "spec")
    if spec:
        _set(spec, failurePolicy="Fail")
        _match_resources(_sub(spec, "matchConstraints"))
        made["status"] = {"observedGeneration": 1, "typeChecking": {}}


def _policy_binding(made: Tree) -> None:
    _match_resources(_sub(made, "spec", "matchResources"))


# --- the rest


def _binding(made: Tree) -> None:
    if isinstance(made.get("roleRef"), dict):
        _set(made["roleRef"], apiGroup="rbac.authorization.k8s.io")
    for subject in _dicts(made.get("subjects")):
        if subject.get("kind") in ("User", "Group"):
            _set(subject, apiGroup="rbac.authorization.k8s.io")
        elif subject.get("apiGroup") == "":
            del subject["apiGroup"]


def _role(made: Tree) -> None:
    made.setdefault("rules", [] if "aggregationRule" in made else None)


def _secret(made: Tree) -> None:
    import base64

    _set(made, type="Opaque")
    written = made.pop("stringData", None)
    if isinstance(written, dict):
        data = made.setdefault("data", {})
        data |= {key: base64.b64encode(str(value).encode()).decode() for key, value in written.items()}


def _namespace(made: Tree) -> None:
    metadata = made["metadata"]
    metadata.setdefault("labels", {})["kubernetes.io/metadata.name"] = metadata.get("name")
    _set(made, spec={"finalizers": ["kubernetes"]})
    made["status"] = {"phase": "Active"}


def _claim(made: Tree) -> None:
    if isinstance(made.get("spec"), dict):
        _set(made["spec"], volumeMode="Filesystem")


def _bound_claim(made: Tree) -> None:
    _claim(made)
    if isinstance(made.get("spec"), dict):
        _set(made["spec"], storageClassName="standard", volumeName=f"pvc-{UID}")
    annotations = made["metadata"].setdefault("annotations", {})
    annotations |= {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
    made["metadata"]["finalizers"] = ["kubernetes.io/pvc-protection"]
    made["status"] = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}


def _volume_of_cluster(made: Tree) -> None:
    spec = _sub(made, "spec")
    if spec:
        _set(spec, persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")
        if isinstance(spec.get("hostPath"), dict):
            _set(spec["hostPath"], type="")
    made["metadata"]["finalizers"] = ["kubernetes.io/pv-protection"]
    made["status"] = {"phase": "Available"}


def _storage_class(made: Tree) -> None:
    _set(made, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _limit_range(made: Tree) -> None:
    for item in _dicts(_sub(made, "spec").get("limits")):
        if item.get("type") == "Container":
            _set(item, default={}, defaultRequest={})
            _set(item["default"], **item.get("max", {}))
            _set(item["defaultRequest"], **{**item.get("min", {}), **item["default"]})


def _autoscaler(made: Tree) -> None:
    spec = _sub(made, "spec")
    if spec:
        _set(spec, minReplicas=1)
    made["status"] = {"currentReplicas": 1, "desiredReplicas": 1}


def _api_service(made: Tree) -> None:
    service = _sub(made, "spec", "service")
    if service:
        _set(service, port=443)
    made["status"] = {"conditions": [{"type": "Available", "status": "True"}]}


def _quota(made: Tree) -> None:
    made["status"] = {"hard": _sub(made, "spec").get("hard", {}), "used": {}}


_DEFAULTS: dict[tuple[str, str], Callable[[Tree], None]] = {
    ("", "Pod"): running_pod,
    ("", "PodTemplate"): lambda made: _template(made.get("template")),
    ("", "ReplicationController"): _replication_controller,
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "ReplicaSet"): _replica_set,
    ("batch", "Job"): _job,
    ("batch", "CronJob"): _cron_job,
    ("", "Service"): _service,
    ("networking.k8s.io", "Ingress"): _ingress,
    ("networking.k8s.io", "NetworkPolicy"): _network_policy,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _webhooks,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _webhooks,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): _policy,
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): _policy,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): _policy_binding,
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): _policy_binding,
    ("rbac.authorization.k8s.io", "RoleBinding"): _binding,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _binding,
    ("rbac.authorization.k8s.io", "Role"): _role,
    ("rbac.authorization.k8s.io", "ClusterRole"): _role,
    ("", "Secret"): _secret,
    ("", "Namespace"): _namespace,
    ("", "PersistentVolumeClaim"): _bound_claim,
    ("", "PersistentVolume"): _volume_of_cluster,
    ("storage.k8s.io", "StorageClass"): _storage_class,
    ("", "LimitRange"): _limit_range,
    ("", "ResourceQuota"): _quota,
    ("autoscaling", "HorizontalPodAutoscaler"): _autoscaler,
    ("apiregistration.k8s.io", "APIService"): _api_service,
}


# --- what controllers make


def made_of(workload: Tree) -> list[Tree]:
    """What the controllers make of a workload that was read back: its revision, its jobs, its pods."""
    kind, name = workload["kind"], workload["metadata"]["name"]
    spec = _sub(workload, "spec")
    if not (_sub(spec, "jobTemplate", "spec", "template") or _sub(spec, "template", "spec")):
        return []
    match kind:
        case "Deployment":
            hash_ = {"pod-template-hash": "5d8f7c9b4"}
            revision = _owned("apps/v1", "ReplicaSet", f"{name}-5d8f7c9b4", workload)
            template = _labelled(spec["template"], hash_)
            selector = _labelled_selector(spec.get("selector"), hash_)
            revision["metadata"]["labels"] = dict(template["metadata"].get("labels", {}))
            revision["metadata"]["annotations"] = {
                "deployment.kubernetes.io/desired-replicas": "2",
                "deployment.kubernetes.io/revision": "1",
            }
            revision["spec"] = {"replicas": 2, "selector": selector, "template": template}
            revision = read_back(revision)
            old = copy.deepcopy(revision)
            old["metadata"]["name"] = f"{name}-old"
            old["spec"]["replicas"] = 0
            return [revision, old, *(_pod_of(revision, f"{name}-5d8f7c9b4-{end}", {}) for end in ("abcde", "fghij"))]
        case "ReplicaSet" | "ReplicationController":
            return [_pod_of(workload, f"{name}-x2x4z", {})]
        case "StatefulSet":
            labels = {"controller-revision-hash": f"{name}-6f9", "apps.kubernetes.io/pod-index": "0"}
            pod = _pod_of(workload, f"{name}-0", labels | {"statefulset.kubernetes.io/pod-name": f"{name}-0"})
            pod["spec"] |= {"hostname": f"{name}-0", "subdomain": spec.get("serviceName", "")}
            for claim in _dicts(spec.get("volumeClaimTemplates")):
                claimed = {"claimName": f"{claim['metadata']['name']}-{name}-0"}
                volume = {"name": claim["metadata"]["name"], "persistentVolumeClaim": claimed}
                pod["spec"].setdefault("volumes", []).insert(0, volume)
            return [pod]
        case "DaemonSet":
            pod = _pod_of(
                workload, f"{name}-k8x2p", {"controller-revision-hash": "6f9", "pod-template-generation": "1"}
            )
            fields = [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]
            terms = {"nodeSelectorTerms": [{"matchFields": fields}]}
            pod["spec"]["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
            for pressure in ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"):
                key = f"node.kubernetes.io/{pressure}"
                pod["spec"]["tolerations"].append({"effect": "NoSchedule", "key": key, "operator": "Exists"})
            return [pod]
        case "Job":
            return [_pod_of(workload, f"{name}-m4vt2", {})]
        case "CronJob":
            job = _owned("batch/v1", "Job", f"{name}-29401000", workload)
            job["metadata"]["annotations"] = {"batch.kubernetes.io/cronjob-scheduled-timestamp": MOMENT}
            job["spec"] = copy.deepcopy(spec["jobTemplate"]["spec"])
            job = read_back(job)
            return [job, _pod_of(job, f"{name}-29401000-m4vt2", {})]
    return []


def _owned(api_version: str, kind: str, name: str, owner: Tree) -> Tree:
    metadata = {"name": name, "ownerReferences": [reference(owner)]}
    if "namespace" in owner["metadata"]:
        metadata["namespace"] = owner["metadata"]["namespace"]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def reference(owner: Tree) -> Tree:
    """The entry of `ownerReferences` that names a controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"].get("uid", UID),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _labelled(template: Tree, labels: Tree) -> Tree:
    made = copy.deepcopy(template)
    made.setdefault("metadata", {}).setdefault("labels", {}).update(labels)
    return made


def _labelled_selector(selector: Any, labels: Tree) -> Tree:
    made = copy.deepcopy(selector) if isinstance(selector, dict) else {}
    made.setdefault("matchLabels", {}).update(labels)
    return made


def _pod_of(owner: Tree, name: str, labels: Tree) -> Tree:
    template = _labelled(owner["spec"]["template"], labels)
    pod = _owned("v1", "Pod", name, owner)
    pod["metadata"] |= {key: value for key, value in template["metadata"].items() if key != "creationTimestamp"}
    pod["metadata"]["name"], pod["metadata"]["generateName"] = name, name.rpartition("-")[0] + "-"
    pod["spec"] = template["spec"]
    return read_back(pod)
