"""Small estates that have each mechanism of `seawall layers`: everywhere, and in some places only."""

from __future__ import annotations


def obj(kind: str, name: str = "x", *, api: str = "v1", namespace: str = "", more: str = "") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{where}}}\n{more}\n---\n"


def pod(namespace: str = "shop", spec: str = "", image: str = "app", name: str = "web") -> str:
    containers = f"containers: [{{name: a, image: '{image}'}}]"
    return obj("Pod", name, namespace=namespace, more=f"spec: {{{containers}{', ' + spec if spec else ''}}}")


RBAC = "rbac.authorization.k8s.io/v1"
NET = "networking.k8s.io/v1"
HOOKS = "admissionregistration.k8s.io/v1"
DENY = "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}"
GOOD = """\
apiVersion: v1
kind: Pod
metadata: {name: good, namespace: shop}
spec:
  hostUsers: false
  serviceAccountName: own
  runtimeClassName: gvisor
  securityContext:
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}
    appArmorProfile: {type: RuntimeDefault}
    seLinuxOptions: {type: container_t}
  containers:
  - name: a
    image: registry.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000000
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
"""
BAD = pod(name="bad", spec="hostNetwork: true")
API_SERVER = """\
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --authorization-mode=Node,RBAC
    - --enable-admission-plugins=NodeRestriction
    - --encryption-provider-config=/etc/enc.yaml
    - --audit-policy-file=/etc/audit.yaml
    - --oidc-issuer-url=https://login.example
  - name: etcd
    image: registry.k8s.io/etcd:3.6.4-0
---
"""
KYVERNO = "spec: {rules: [{name: a, verifyImages: [{imageReferences: ['*']}]}]}"
PRESENT_WITH = {
    "service": obj("Service"),
    "loadbalancer": obj("Service", more="spec: {type: LoadBalancer}"),
    "ingress": obj("Ingress", api=NET, more="spec: {tls: [{hosts: [a.example]}]}"),
    "gateway": obj("Gateway", api="gateway.networking.k8s.io/v1"),
    "workload-identity": obj("ServiceAccount", more="", api="v1").replace(
        "{name: x}", "{name: x, annotations: {eks.amazonaws.com/role-arn: a}}"
    ),
    "api-authentication": API_SERVER,
    "node-authorizer": API_SERVER,
    "noderestriction": API_SERVER,
    "audit-log": API_SERVER,
    "encryption-at-rest": API_SERVER,
    "control-plane": API_SERVER,
    "etcd": API_SERVER,
    "rbac": obj("Role", api=RBAC),
    "serviceaccount": obj("ServiceAccount") + GOOD,
    "tokenrequest": obj("ServiceAccount", more="automountServiceAccountToken: false"),
    "certificate": obj("Certificate", api="cert-manager.io/v1"),
    "priority-and-fairness": obj("FlowSchema", api="flowcontrol.apiserver.k8s.io/v1"),
    "admission-webhook": obj("ValidatingWebhookConfiguration", api=HOOKS, more="webhooks: [{name: a}]"),
    "validating-admission-policy": obj("ValidatingAdmissionPolicy", api=HOOKS)
    + obj("ValidatingAdmissionPolicyBinding", api=HOOKS, more="spec: {policyName: x}"),
    "mutating-admission-policy": obj("MutatingAdmissionPolicy", api=HOOKS)
    + obj("MutatingAdmissionPolicyBinding", api=HOOKS, more="spec: {policyName: x}"),
    "pod-security-admission": obj("Namespace").replace(
        "{name: x}", "{name: x, labels: {pod-security.kubernetes.io/enforce: restricted}}"
    ),
    "policy-engine": obj("ClusterPolicy", api="kyverno.io/v1"),
    "namespace": obj("Namespace"),
    "networkpolicy": pod() + obj("NetworkPolicy", api=NET, namespace="shop", more=DENY),
    "cluster-network-policy": obj("ClusterNetworkPolicy", api="policy.networking.k8s.io/v1alpha2"),
    "service-mesh": obj("PeerAuthentication", api="security.istio.io/v1"),
    "resourcequota": pod() + obj("ResourceQuota", namespace="shop", more="spec: {hard: {pods: 4}}"),
    "limitrange": pod() + obj("LimitRange", namespace="shop", more="spec: {limits: [{type: Container}]}"),
    "runtimeclass": obj("RuntimeClass", api="node.k8s.io/v1"),
    "kubelet": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n",
    "node": obj("Node"),
    "container-runtime": obj("Node", more="status: {nodeInfo: {containerRuntimeVersion: 'containerd://2.1.4'}}"),
    "cni": obj("CiliumNetworkPolicy", api="cilium.io/v2"),
    "pod": pod(),
    "security-context": GOOD,
    "run-as-non-root": GOOD,
    "no-new-privileges": GOOD,
    "capabilities": GOOD,
    "seccomp": GOOD,
    "apparmor": GOOD,
    "selinux": GOOD,
    "user-namespace": GOOD,
    "host-namespaces": GOOD,
    "secret": obj("Secret"),
    "configmap": obj("ConfigMap"),
    "external-secrets": obj("ExternalSecret", api="external-secrets.io/v1"),
    "persistent-volume": obj("PersistentVolumeClaim"),
    "csi-driver": pod(spec="volumes: [{name: v, csi: {driver: ebs.csi.aws.com}}]"),
    "backup": obj("Backup", api="velero.io/v1"),
    "image": GOOD,
    "registry": pod(),
    "image-signature": obj("ClusterPolicy", api="kyverno.io/v1", more=KYVERNO),
    "vulnerability-scanning": obj("VulnerabilityReport", api="aquasecurity.github.io/v1alpha1"),
    "supply-chain": obj("Pipeline", api="tekton.dev/v1"),
    "crd": obj("CustomResourceDefinition", api="apiextensions.k8s.io/v1", more="spec: {group: a.example}"),
    "operator": obj("Teapot", api="kitchen.example/v1"),
    "aggregated-api": obj("APIService", api="apiregistration.k8s.io/v1", more="spec: {service: {name: a}}"),
    "gitops": obj("Application", api="argoproj.io/v1alpha1"),
    "runtime-detection": pod(image="docker.io/falcosecurity/falco:0.41.0"),
    "monitoring": obj("ServiceMonitor", api="monitoring.coreos.com/v1"),
}
"""An estate that has the mechanism wherever it could be."""
PARTIAL_WITH = {
    "cloud-metadata": obj(
        "NetworkPolicy",
        api=NET,
        more="spec: {egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]}",
    ),
    "serviceaccount": GOOD + BAD,
    "validating-admission-policy": obj("ValidatingAdmissionPolicy", api=HOOKS),
    "pod-security-admission": PRESENT_WITH["pod-security-admission"] + pod(),
    "networkpolicy": PRESENT_WITH["networkpolicy"] + pod("other"),
    "resourcequota": PRESENT_WITH["resourcequota"] + pod("other"),
    "limitrange": PRESENT_WITH["limitrange"] + pod("other"),
    "runtimeclass": GOOD + BAD,
    "encryption-at-rest": "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
    "resources: [{resources: [secrets], providers: [{identity: {}}]}]\n",
    "image": GOOD + BAD,
    **dict.fromkeys(
        (
            *("security-context", "run-as-non-root", "no-new-privileges", "capabilities", "seccomp", "apparmor"),
            *("selinux", "user-namespace", "host-namespaces"),
        ),
        GOOD + BAD,
    ),
}
"""An estate that has the mechanism in some of the places where it could be."""
NOTHING = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: x}\n"
