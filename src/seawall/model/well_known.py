"""Names that everybody knows: they tell nothing of whose cluster it is, and rules know some of them."""

from __future__ import annotations

from typing import Final

NAMES: Final = frozenset(
    {
        # Namespaces and objects that Kubernetes makes itself, and the roles that it brings.
        *("default", "kube-system", "kube-public", "kube-node-lease", "kube-root-ca.crt", "kubernetes", "localhost"),
        *("admin", "edit", "view", "cluster-admin", "extension-apiserver-authentication", "default-scheduler"),
        *("system-node-critical", "system-cluster-critical", "kubelet-config", "kubeadm-config", "cluster-info"),
        # Components of clusters.
        *("coredns", "coredns-custom", "kube-dns", "node-local-dns", "kube-proxy", "kube-apiserver", "etcd"),
        *("kube-controller-manager", "kube-scheduler", "cloud-controller-manager", "metrics-server", "aws-auth"),
        *("aws-node", "azure-cni", "calico-node", "cilium", "cilium-agent", "flannel", "kube-flannel", "kindnet"),
        *("kubernetes-dashboard", "konnectivity-agent", "node-exporter", "kube-state-metrics"),
        # Accounts of the controllers that every cluster runs.
        *(
            "attachdetach-controller",
            "bootstrap-signer",
            "certificate-controller",
            "clusterrole-aggregation-controller",
        ),
        *("cronjob-controller", "daemon-set-controller", "deployment-controller", "disruption-controller"),
        *("endpoint-controller", "endpointslice-controller", "endpointslicemirroring-controller", "expand-controller"),
        *("ephemeral-volume-controller", "generic-garbage-collector", "horizontal-pod-autoscaler", "job-controller"),
        *("legacy-service-account-token-cleaner", "namespace-controller", "node-controller", "pod-garbage-collector"),
        *("persistent-volume-binder", "pv-protection-controller", "pvc-protection-controller", "token-cleaner"),
        *("replicaset-controller", "replication-controller", "resourcequota-controller", "root-ca-cert-publisher"),
        *("route-controller", "service-account-controller", "service-controller", "statefulset-controller"),
        *("ttl-after-finished-controller"),
        # Namespaces of products that most clusters have.
        *("argocd", "calico-system", "cert-manager", "flux-system", "gatekeeper-system", "ingress-nginx"),
        *("istio-system", "istio-ingress", "kyverno", "linkerd", "longhorn-system", "monitoring", "tigera-operator"),
        # Classes.
        *("alb", "azure-application-gateway", "contour", "gce", "gce-internal", "haproxy", "istio", "kong", "nginx"),
        *("traefik", "standard", "gp2", "gp3", "premium-rwo", "standard-rwo", "managed-csi", "gvisor", "kata"),
        # Words that are values of labels.
        *("*", "true", "false", "yes", "no", "enabled", "disabled", "privileged", "baseline", "restricted", "latest"),
    }
)
"""Names of objects, hosts and label values that stay."""

PUBLIC_REGISTRIES: Final = frozenset(
    {
        *("docker.io", "index.docker.io", "registry-1.docker.io", "gcr.io", "ghcr.io", "localhost", "public.ecr.aws"),
        *("quay.io", "registry.gitlab.com", "registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com", "nvcr.io"),
        *("registry.access.redhat.com", "registry.redhat.io", "docker.elastic.co", "cgr.dev"),
    }
)
"""Registries in which anybody may publish, or whose publisher is known."""

VENDOR_REGISTRIES: Final = frozenset(
    {
        *("registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com", "nvcr.io", "registry.access.redhat.com"),
        *("registry.redhat.io", "docker.elastic.co", "cgr.dev"),
    }
)
"""Those of them in which only their owner publishes, so that an image's name tells of nobody else."""

DOMAINS: Final = (
    *("cluster.local", "amazonaws.com", "azure.com", "azurewebsites.net", "cloudfront.net", "googleapis.com"),
    *("gcr.io", "pkg.dev", "azurecr.io", "k8s.io", "kubernetes.io", "docker.io", "github.com", "gitlab.com"),
    *("windows.net", "co.uk", "com.au", "co.jp"),
)
"""Ends of hosts that stay as they are."""

WORDS_OF_PATHS: Final = frozenset(
    {
        *("-", "..", "base", "bases", "chart", "charts", "components", "config", "deploy", "deployment", "examples"),
        *("k8s", "kubernetes", "kustomization", "Kustomization", "manifests", "overlays", "production", "staging"),
        *("templates", "values", "Chart", "crds", "clusters", "apps", "infrastructure", "service", "services"),
        *("ingress", "rbac", "namespace", "namespaces", "configmap", "secret", "secrets", "deployments", "pods"),
        *("daemonset", "statefulset", "cronjob", "job", "networkpolicy", "patches", "dev", "prod", "test", "tests"),
        *("tmp", "home", "src", "etc", "var", "opt", "root", "work", "usr"),
        *("clusterroles", "clusterrolebindings", "configmaps", "cronjobs", "daemonsets", "ingresses", "jobs", "nodes"),
        *("networkpolicies", "replicasets", "rolebindings", "roles", "serviceaccounts", "statefulsets"),
    }
)
"""What many projects call their files and folders, and resources of the API, without their ending."""
