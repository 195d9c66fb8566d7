"""Estates as Hypothesis draws them, and what every rule says of them: shared by the property tests."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

from seawall.app.scan import Options, report_on
from seawall.core import Profile
from seawall.inventory import collect
from seawall.inventory.steps import step_names
from seawall.reports.report import Located, Report
from seawall.rules.catalog import catalog
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

Tree = dict[str, Any]
Files = Mapping[str, str]

GOOD: dict[str, Any] = {
    "privileged": False,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
    "procMount": "Default",
}
"""Container fields that harden, with their best value."""

BAD: dict[str, list[Any]] = {
    "privileged": [True],
    "allowPrivilegeEscalation": [True],
    "readOnlyRootFilesystem": [False],
    "runAsNonRoot": [False],
    "runAsUser": [0],
    "capabilities": [{"add": ["SYS_ADMIN"]}, {"add": ["NET_RAW"], "drop": ["ALL"]}, {"drop": ["CHOWN"]}],
    "seccompProfile": [{"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "p.json"}],
    "procMount": ["Unmasked"],
}

UNDECIDED: list[Any] = ["${VALUE}", "{{ .Values.x }}", None, 7, "yes", [], {}, ["a"], 1.5, True, "CHANGE_ME"]
"""Placeholders, nulls and values of a wrong type for nearly every field."""

POD_SAFE: dict[str, Any] = {
    "hostNetwork": False,
    "hostPID": False,
    "hostIPC": False,
    "shareProcessNamespace": False,
    "automountServiceAccountToken": False,
}

NAMES = ("alpha", "bravo", "charlie", "delta")
NAMESPACES = ("nsone", "nstwo")


def _field(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([GOOD[name], *BAD[name], *UNDECIDED])


def _some(fields: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({}, optional=dict(fields))


SECURITY = _some({name: _field(name) for name in GOOD}) | st.sampled_from(UNDECIDED)
IMAGES = st.sampled_from(
    ["nginx", "registry.example/web:1.2", "web@sha256:" + "a" * 64, "${IMAGE}", "web:latest", None, 4, "Not Valid"]
)
PORTS = st.lists(
    _some({"containerPort": st.sampled_from([80, 22, "x"]), "hostPort": st.sampled_from([0, 80, "${PORT}", None])}),
    max_size=2,
)
ENV = st.lists(
    st.sampled_from(
        [
            {"name": "LEVEL", "value": "info"},
            {"name": "DB_PASSWORD", "value": "correct-horse-9"},
            {"name": "COUNT", "value": 5},
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "alpha", "key": "k"}}},
        ]
    ),
    max_size=2,
)
RESOURCES = st.sampled_from(
    [{}, {"limits": {"memory": "64Mi"}}, {"limits": {"cpu": 1, "memory": "1Gi"}, "requests": {"cpu": "1"}}, "x", None]
)


@st.composite
def containers(draw: st.DrawFn, *, most: int = 2) -> list[Tree]:
    members = draw(
        st.lists(
            _some(
                {
                    "image": IMAGES,
                    "securityContext": SECURITY,
                    "ports": PORTS,
                    "env": ENV,
                    "resources": RESOURCES,
                    "stdin": st.sampled_from([True, False, "${X}"]),
                    "imagePullPolicy": st.sampled_from(["Always", "Never", "${P}", 3]),
                }
            ),
            min_size=1,
            max_size=most,
        )
    )
    return [{"name": f"box{index}", **member} for index, member in enumerate(members)]


VOLUMES = st.lists(
    st.sampled_from(
        [
            {"name": "a", "emptyDir": {}},
            {"name": "b", "hostPath": {"path": "/"}},
            {"name": "c", "hostPath": {"path": "/var/run/docker.sock"}},
            {"name": "d", "hostPath": {"path": "${DIR}"}},
            {"name": "e", "nfs": {"server": "s", "path": "/"}},
            {"name": "f"},
        ]
    ),
    max_size=2,
    unique_by=str,
)


@st.composite
def pod_specs(draw: st.DrawFn) -> Tree:
    spec: Tree = {"containers": draw(containers())}
    spec |= draw(
        _some(
            {
                "securityContext": SECURITY,
                "initContainers": containers(most=1),
                "volumes": VOLUMES,
                "serviceAccountName": st.sampled_from(["alpha", "bravo", "${SA}", 3]),
                **{name: st.sampled_from([True, False, *UNDECIDED]) for name in POD_SAFE},
                "os": st.sampled_from([{"name": "linux"}, {"name": "windows"}]),
            }
        )
    )
    return spec


LABELS = st.fixed_dictionaries({"app": st.sampled_from(["one", "two"])})

RULES = st.lists(
    st.fixed_dictionaries(
        {
            "apiGroups": st.sampled_from([[""], ["*"], ["apps"], "${G}"]),
            "resources": st.sampled_from([["pods"], ["secrets"], ["*"], ["pods/exec"], ["nodes"], None]),
            "verbs": st.sampled_from([["get"], ["*"], ["create"], ["bind", "escalate"], ["${V}"], 5]),
        }
    ),
    max_size=2,
)
SUBJECTS = st.lists(
    st.sampled_from(
        [
            {"kind": "ServiceAccount", "name": "alpha", "namespace": "nsone"},
            {"kind": "ServiceAccount", "name": "default", "namespace": "nstwo"},
            {"kind": "Group", "name": "system:masters", "apiGroup": "rbac.authorization.k8s.io"},
            {"kind": "User", "name": "system:anonymous", "apiGroup": "rbac.authorization.k8s.io"},
        ]
    ),
    max_size=2,
    unique_by=lambda subject: subject["name"],
)
RBAC = "rbac.authorization.k8s.io"


def _template(spec: Tree, labels: Tree) -> Tree:
    return {"metadata": {"labels": labels}, "spec": spec}


KINDS = (
    "Pod", "Deployment", "CronJob", "DaemonSet", "Service", "Role", "RoleBinding", "ClusterRole", "NetworkPolicy",
    "ConfigMap", "Secret", "ServiceAccount", "Namespace", "Rollout", "Ingress",
)  # fmt: skip


@st.composite
def objects(draw: st.DrawFn) -> Tree:
    kind = draw(st.sampled_from(KINDS))
    name = draw(st.sampled_from(NAMES))
    metadata: Tree = {"name": name, "labels": draw(LABELS)}
    if kind not in ("ClusterRole", "Namespace"):
        metadata["namespace"] = draw(st.sampled_from(NAMESPACES))
    else:
        metadata["name"] = draw(st.sampled_from(NAMESPACES)) if kind == "Namespace" else name
    version, body = draw(_body(kind, metadata["labels"]))
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **body}


def _body(kind: str, labels: Tree) -> st.SearchStrategy[tuple[str, Tree]]:
    template = pod_specs().map(lambda spec: _template(spec, labels))
    selector = {"matchLabels": labels}
    bodies: dict[str, tuple[str, st.SearchStrategy[Tree]]] = {
        "Pod": ("v1", pod_specs().map(lambda spec: {"spec": spec})),
        "Deployment": (
            "apps/v1",
            st.tuples(template, st.sampled_from([1, 3, "${N}", None])).map(
                lambda pair: {"spec": {"selector": selector, "template": pair[0], "replicas": pair[1]}}
            ),
        ),
        "DaemonSet": ("apps/v1", template.map(lambda t: {"spec": {"selector": selector, "template": t}})),
        "Rollout": ("argoproj.io/v1alpha1", template.map(lambda t: {"spec": {"template": t}})),
        "CronJob": (
            "batch/v1",
            template.map(lambda t: {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": t}}}}),
        ),
        "Service": (
            "v1",
            _some(
                {
                    "type": st.sampled_from(["ClusterIP", "NodePort", "LoadBalancer", "${T}", 1]),
                    "selector": LABELS,
                    "ports": st.just([{"port": 80}]),
                    "externalIPs": st.just(["203.0.113.7"]),
                }
            ).map(lambda spec: {"spec": spec}),
        ),
        "Role": (f"{RBAC}/v1", RULES.map(lambda rules: {"rules": rules})),
        "ClusterRole": (f"{RBAC}/v1", RULES.map(lambda rules: {"rules": rules})),
        "RoleBinding": (
            f"{RBAC}/v1",
            st.tuples(SUBJECTS, st.sampled_from(["Role", "ClusterRole"]), st.sampled_from(NAMES)).map(
                lambda three: {
                    "subjects": three[0],
                    "roleRef": {"apiGroup": RBAC, "kind": three[1], "name": three[2]},
                }
            ),
        ),
        "NetworkPolicy": (
            "networking.k8s.io/v1",
            _some(
                {
                    "podSelector": st.sampled_from([{}, {"matchLabels": {"app": "one"}}, "x"]),
                    "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
                    "ingress": st.sampled_from([[], [{}], [{"from": [{"podSelector": {}}]}]]),
                    "egress": st.sampled_from([[], [{}], [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]]),
                }
            ).map(lambda spec: {"spec": spec}),
        ),
        "ConfigMap": ("v1", st.sampled_from([{"data": {"a": "b"}}, {"data": {"k": "password=correct-horse-9"}}, {}])),
        "Secret": ("v1", st.sampled_from([{"stringData": {"password": "hunter-2-x"}}, {"data": {"k": 5}}, {}])),
        "ServiceAccount": ("v1", _some({"automountServiceAccountToken": st.sampled_from([True, False, "x"])})),
        "Namespace": ("v1", st.just({})),
        "Ingress": (
            "networking.k8s.io/v1",
            st.sampled_from([{"spec": {}}, {"spec": {"rules": [{"host": "*.example.com"}]}}, {"spec": "x"}]),
        ),
    }
    version, strategy = bodies[kind]
    return strategy.map(lambda body: (version, body))


def _key(tree: Tree) -> tuple[str, str, str]:
    metadata = tree["metadata"]
    return tree["kind"], metadata.get("namespace", ""), metadata["name"]


ESTATES = st.lists(objects(), min_size=1, max_size=5, unique_by=_key)
"""Objects with no two of one kind and name in one namespace, as in a cluster."""


class Said(NamedTuple):
    """What identifies a verdict whatever file, line or position it comes from."""

    rule: str
    subject: tuple[str, str, str, str]
    names: str
    verdict: str
    fingerprint: str


def said(row: Located) -> Said:
    finding = row.finding
    resource = finding.resource
    container = finding.container.name if finding.container else ""
    subject = (resource.kind, resource.namespace or "", resource.name, container)
    names = step_names(resource.kind, resource.api_version, finding.path, resource.tree)
    return Said(finding.rule.id, subject, names, finding.verdict.value, finding.fingerprint)


def as_yaml(trees: Iterable[Tree]) -> str:
    # Without aliases: the same object twice in a tree is written twice.
    dumper = type("Plain", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})
    return "---\n".join(yaml.dump(tree, Dumper=dumper, sort_keys=False, allow_unicode=True) for tree in trees)


def as_json(trees: Iterable[Tree]) -> str:
    return "\n".join(json.dumps(tree) for tree in trees)


def report(files: Files, *, whole: bool = False) -> Report:
    """What all rules say of the texts, with nothing in the way of their verdicts."""
    reader = Reader()
    documents = [thing for name, text in files.items() for thing in read_manifests(text, name, reader, named=True)]
    inventory = collect(documents, whole=whole)
    result = report_on(inventory, catalog(), Options(profile=Profile.STRICT))
    crashes = [problem for problem in result.problems if problem.kind == "rule-crash"]
    assert not crashes, crashes[0].message
    return result


def verdicts(files: Files, *, whole: bool = False) -> Counter[Said]:
    return Counter(said(row) for row in report(files, whole=whole).findings)


def renamed(trees: list[Tree], names: Mapping[str, str]) -> list[Tree]:
    """The same estate with every whole word of `names` replaced, wherever it stands."""
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    result: list[Tree] = json.loads(pattern.sub(lambda match: names[match[1]], json.dumps(trees)))
    return result
