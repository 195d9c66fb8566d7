"""System components that work on their node: network plugins, storage drivers, kube-proxy, node agents.

They are recognised by what they run (the image's repository, whatever the registry) and by what they mount. Being
recognised excuses nothing: it tells a reader why a finding is there and that the component is made that way.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import msgspec

from seawall.core import dig, items
from seawall.model.images import Image, parse_image
from seawall.model.subjects import PodTemplate


class Component(msgspec.Struct, frozen=True, eq=False):
    """A recognised system component."""

    name: str
    """What it calls itself: `calico-node`."""
    role: str
    """What it is, with its article: `a CNI plugin`."""
    needs: frozenset[str]
    """Ids of the rules that describe what it is known to need."""

    @property
    def note(self) -> str:
        """The sentence that a finding about something it needs carries."""
        return f"recognised as {self.role} ({self.name}), which needs this: accept it with a relaxation instead"


_PATHS: Final = ("host-path-mount", "sensitive-host-path")
_WRITES: Final = (*_PATHS, "host-path-writable")
_NETWORK: Final = ("host-network", "host-port")
_ROOT: Final = (
    "allow-privilege-escalation",
    "capabilities-added-back",
    "capabilities-not-dropped",
    "no-user-namespace",
    "non-root-not-enforced",
    "run-as-root",
)
_CAPABILITIES: Final = ("added-capabilities", "capabilities-added-back", "dangerous-capabilities", "net-raw-capability")

_ROLES: Final[dict[str, tuple[str, ...]]] = {
    "a CNI plugin": ("privileged-container", *_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
    "the node's service proxy": ("privileged-container", *_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
    "a part of the control plane": ("naked-pod", *_NETWORK, *_WRITES, *_ROOT),
    "a CSI node driver": ("privileged-container", *_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
    "a storage manager": ("privileged-container", "host-pid", *_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
    "a device plugin": ("privileged-container", *_WRITES, *_ROOT),
    "a node metrics exporter": ("host-pid", *_NETWORK, *_PATHS, "added-capabilities", "dangerous-capabilities"),
    "a Windows node metrics exporter": ("windows-host-process", "host-pid", "host-network", "host-port"),
    "a log collector": (*_PATHS, "run-as-root", "non-root-not-enforced", "no-user-namespace"),
    "a monitoring agent": ("host-pid", "runtime-socket-mount", *_NETWORK, *_PATHS, *_ROOT, *_CAPABILITIES),
    "a run-time security agent": (
        *("privileged-container", "host-pid", "runtime-socket-mount"),
        *_NETWORK,
        *_WRITES,
        *_ROOT,
        *_CAPABILITIES,
    ),
    "a node scanner": ("host-pid", *_PATHS, "run-as-root", "non-root-not-enforced", "no-user-namespace"),
    "a load balancer of the cluster": (*_NETWORK, *_CAPABILITIES),
    "the node's DNS cache": (*_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
    "a workload identity agent": ("host-pid", *_NETWORK, *_WRITES, *_ROOT),
    "a node manager": ("privileged-container", "host-pid", *_NETWORK, *_WRITES, *_ROOT, *_CAPABILITIES),
}
"""Role -> what components of that role are known to need."""

_IMAGES: Final[dict[str, tuple[str, str]]] = {
    "calico/node": ("calico-node", "a CNI plugin"),
    "cilium/cilium": ("cilium", "a CNI plugin"),
    "flannel/flannel": ("flannel", "a CNI plugin"),
    "flannel-io/flannel": ("flannel", "a CNI plugin"),
    "weave-kube": ("weave-net", "a CNI plugin"),
    "antrea/antrea-agent-ubuntu": ("antrea-agent", "a CNI plugin"),
    "cloudnativelabs/kube-router": ("kube-router", "a CNI plugin"),
    "kubeovn/kube-ovn": ("kube-ovn", "a CNI plugin"),
    "multus-cni": ("multus", "a CNI plugin"),
    "amazon-k8s-cni": ("aws-node", "a CNI plugin"),
    "azure-cns": ("azure-cns", "a CNI plugin"),
    "netd-gke": ("netd", "a CNI plugin"),
    "istio/install-cni": ("istio-cni", "a CNI plugin"),
    "linkerd/cni-plugin": ("linkerd-cni", "a CNI plugin"),
    "kube-proxy": ("kube-proxy", "the node's service proxy"),
    "kube-apiserver": ("kube-apiserver", "a part of the control plane"),
    "kube-controller-manager": ("kube-controller-manager", "a part of the control plane"),
    "kube-scheduler": ("kube-scheduler", "a part of the control plane"),
    "longhornio/longhorn-manager": ("longhorn-manager", "a storage manager"),
    "rook/ceph": ("rook-ceph", "a storage manager"),
    "openebs/node-disk-manager": ("openebs-ndm", "a storage manager"),
    "nvidia/k8s-device-plugin": ("nvidia-device-plugin", "a device plugin"),
    "sriov-network-device-plugin": ("sriov-device-plugin", "a device plugin"),
    "rocm/k8s-device-plugin": ("amd-gpu-device-plugin", "a device plugin"),
    "node-exporter": ("node-exporter", "a node metrics exporter"),
    "windows-exporter": ("windows-exporter", "a Windows node metrics exporter"),
    "fluent-bit": ("fluent-bit", "a log collector"),
    "fluentd": ("fluentd", "a log collector"),
    "fluentd-kubernetes-daemonset": ("fluentd", "a log collector"),
    "beats/filebeat": ("filebeat", "a log collector"),
    "grafana/promtail": ("promtail", "a log collector"),
    "timberio/vector": ("vector", "a log collector"),
    "datadog/agent": ("datadog-agent", "a monitoring agent"),
    "datadoghq/agent": ("datadog-agent", "a monitoring agent"),
    "newrelic/infrastructure-bundle": ("newrelic-infrastructure", "a monitoring agent"),
    "dynatrace/oneagent": ("dynatrace-oneagent", "a monitoring agent"),
    "cadvisor": ("cadvisor", "a monitoring agent"),
    "falcosecurity/falco": ("falco", "a run-time security agent"),
    "cilium/tetragon": ("tetragon", "a run-time security agent"),
    "aquasec/tracee": ("tracee", "a run-time security agent"),
    "kubescape/node-agent": ("kubescape-node-agent", "a run-time security agent"),
    "aquasec/kube-bench": ("kube-bench", "a node scanner"),
    "docker/docker-bench-security": ("docker-bench-security", "a node scanner"),
    "node-problem-detector": ("node-problem-detector", "a monitoring agent"),
    "metallb/speaker": ("metallb-speaker", "a load balancer of the cluster"),
    "kube-vip/kube-vip": ("kube-vip", "a load balancer of the cluster"),
    "k8s-dns-node-cache": ("node-local-dns", "the node's DNS cache"),
    "spiffe/spire-agent": ("spire-agent", "a workload identity agent"),
    "kubereboot/kured": ("kured", "a node manager"),
    "kubevirt/virt-handler": ("virt-handler", "a node manager"),
}
"""The end of an image's repository -> (name, role)."""

_CSI = re.compile(r"(?:^|-)csi(?:-|$).*(?:driver|node|plugin)|(?:driver|plugin|disk|file)s?-csi|^cephcsi$|csi-?driver")
_REGISTRAR: Final = "csi-node-driver-registrar"
_ALONGSIDE: Final = frozenset(["livenessprobe", _REGISTRAR])

_SHAPES: Final = (
    ("/opt/cni/bin", "a CNI plugin"),
    ("/etc/cni/net.d", "a CNI plugin"),
    ("/var/lib/kubelet/plugins_registry", "a CSI node driver"),
    ("/var/lib/kubelet/plugins", "a CSI node driver"),
    ("/var/lib/kubelet/device-plugins", "a device plugin"),
)
"""Folders of the node in which only such plugins have business -> role."""


NEEDS: Final = frozenset(need for needs in _ROLES.values() for need in needs)
"""Ids of the rules that describe what some component needs."""


def component_of(pod: PodTemplate) -> Component | None:
    """Which system component a pod is; None for an ordinary workload."""
    texts = [container.spec.get("image") for container in pod.containers]
    images = [_read(text) for text in texts if isinstance(text, str)]
    for known, _ in images:
        if known is not None:
            return known
    names = [name for _, name in images if name not in _ALONGSIDE]
    driver = next((name for name in names if _CSI.search(name)), "")
    if any(name == _REGISTRAR for _, name in images):
        return _component(driver or next(iter(names), _REGISTRAR), "a CSI node driver")
    role = _role_by_mounts(pod)
    return _component(driver or pod.resource.name, role) if role else None


def _component(name: str, role: str) -> Component:
    return Component(name, role, frozenset(_ROLES[role]))


@functools.lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Component | None, str]:
    """The component that an image is known to be, and the last part of its repository; empty if it is not decided."""
    image = parse_image(text)
    if not isinstance(image, Image) or not isinstance(image.repository, str):
        return None, ""
    parts = image.repository.split("/")
    known = _IMAGES.get("/".join(parts[-2:])) or _IMAGES.get(parts[-1])
    return (_component(*known) if known else None), parts[-1]


def _role_by_mounts(pod: PodTemplate) -> str | None:
    if pod.resource.kind != "DaemonSet":
        return None
    paths = [dig(volume, "hostPath", "path") for _, volume in items(pod.spec.get("volumes"))]
    for folder, role in _SHAPES:
        for path in paths:
            if isinstance(path, str) and f"{path}/".startswith(f"{folder}/"):
                return role
    return None
