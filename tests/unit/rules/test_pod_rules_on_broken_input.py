"""Whatever stands in a pod, the rules about pods answer: custom resources come unchecked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from seawall.core import Document, Path, Unknown
from seawall.findings import judge
from seawall.inventory import collect
from seawall.inventory.change import Change, changed
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read

RULES = tuple(rule for rule in catalog() if rule.family == "pod")

POD = """
apiVersion: shop.example/v1
kind: Runner
metadata: {name: all, namespace: shop, labels: {app: web}, annotations: {a: b}}
spec:
  template:
    metadata: {labels: {app: web}, annotations: {container.apparmor.security.beta.kubernetes.io/web: unconfined}}
    spec:
      os: {name: linux}
      serviceAccountName: web
      automountServiceAccountToken: true
      hostUsers: true
      hostNetwork: true
      hostPID: true
      shareProcessNamespace: true
      restartPolicy: Always
      terminationGracePeriodSeconds: 0
      topologySpreadConstraints: [{maxSkew: 1}]
      affinity: {podAntiAffinity: {}}
      resources: {limits: {cpu: 1}}
      securityContext:
        runAsUser: 0
        runAsNonRoot: false
        seccompProfile: {type: Unconfined}
        appArmorProfile: {type: Unconfined}
        seLinuxOptions: {type: spc_t}
        sysctls: [{name: kernel.msgmax, value: '1'}]
        windowsOptions: {hostProcess: true}
      volumes:
      - {name: root, hostPath: {path: /}}
      - {name: share, nfs: {server: nas, path: /}}
      initContainers:
      - {name: setup, image: 'a:1', restartPolicy: Never, livenessProbe: {tcpSocket: {port: 1}}}
      containers:
      - name: web
        image: web:1
        imagePullPolicy: IfNotPresent
        command: [sshd]
        stdin: true
        ports: [{containerPort: 22, hostPort: 22}]
        resources: {limits: {cpu: 1}, requests: {cpu: 1}}
        volumeMounts: [{name: root, mountPath: /host, readOnly: false}]
        livenessProbe: {httpGet: {host: a, port: 1}, periodSeconds: 10}
        readinessProbe: {httpGet: {host: a, port: 1}, periodSeconds: 10}
        lifecycle: {preStop: {httpGet: {host: a}}}
        securityContext:
          privileged: true
          procMount: Unmasked
          capabilities: {add: [ALL], drop: [NET_RAW]}
"""
OTHERS = """
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: []}}
---
{apiVersion: v1, kind: LimitRange, metadata: {name: all, namespace: shop}, spec: {limits: [{type: Container}]}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}}
"""
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    7,
    1.5,
    "",
    "junk",
    "${LATER}",
    [],
    [None],
    [7],
    ["x"],
    [[]],
    {},
    {"x": 1},
    [{}],
)


def paths(tree: object, path: Path = ()) -> Iterator[Path]:
    yield path
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in steps:
        yield from paths(value, (*path, step))


TREE: dict[str, Any] = next(iter(read(POD))).value  # type: ignore[union-attr]  # it is no Broken
PLACES = [path for path in paths(TREE["spec"]["template"]) if path]


@pytest.fixture(scope="module")
def around() -> tuple[Any, ...]:
    documents = (Document("a.yaml", part) for part in read(POD + OTHERS) if not isinstance(part, Broken))
    return collect(documents).resources


@pytest.mark.parametrize("junk", [*JUNK, Unknown("${LATER}")], ids=repr)
def test_no_rule_crashes(junk: object, around: tuple[Any, ...]) -> None:
    import msgspec

    from seawall.inventory import Inventory

    for place in PLACES:
        tree = changed(TREE, [Change(("spec", "template", *place), copy.copy(junk) if junk is not None else None)])
        resource = msgspec.structs.replace(around[0], tree=tree)
        judgement = judge(Estate(Inventory((resource, *around[1:]))), RULES)
        assert not judgement.problems, (place, judgement.problems)
        for finding in judgement.findings:
            assert finding.message
            assert finding.fingerprint


def test_the_pod_fails_what_it_was_made_to_fail(around: tuple[Any, ...]) -> None:
    from seawall.inventory import Inventory

    failed = {finding.rule.id for finding in judge(Estate(Inventory(around)), RULES).findings}
    assert {"privileged-container", "sensitive-host-path", "ssh-in-container", "unsafe-sysctls"} <= failed
    assert len(failed) > 30
