"""Two estates compared: each aspect in both directions, and silence where nothing widened."""

from __future__ import annotations

import msgspec
import pytest

from seawall.inventory import Unread, collect
from seawall.model import Estate
from seawall.model.changes import Aspect, Change, changes
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

POD = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: cart
        image: registry.example/cart:1
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: cart}
"""


def estate(text: str) -> Estate:
    return Estate(collect(read_manifests(text, "all.yaml", Reader(), named=True), whole=True))


def compare(old: str, new: str) -> tuple[Change, ...]:
    return changes(estate(old), estate(new))


EDITS = {
    "the level of a pod": (
        Aspect.POD_SECURITY,
        ("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
        "shop/Deployment/cart meets baseline only, restricted before (allowPrivilegeEscalation)",
    ),
    "the level that a namespace enforces": (
        Aspect.POD_SECURITY,
        ("enforce: restricted", "enforce: baseline"),
        "namespace shop enforces baseline, restricted before",
    ),
    "a node's namespace": (
        Aspect.HOST_ACCESS,
        ("      containers:", "      hostPID: true\n      containers:"),
        "shop/Deployment/cart uses hostPID",
    ),
    "a node's port": (
        Aspect.HOST_ACCESS,
        ("{containerPort: 8080}", "{containerPort: 8080, hostPort: 80}"),
        'shop/Deployment/cart container "cart" binds port 80 of its node',
    ),
    "a capability": (
        Aspect.HOST_ACCESS,
        ("{drop: [ALL]}", "{drop: [ALL], add: [NET_ADMIN]}"),
        'shop/Deployment/cart container "cart" adds the capability NET_ADMIN',
    ),
    "a node's folder": (
        Aspect.HOST_ACCESS,
        ("      containers:", "      volumes: [{name: v, hostPath: {path: /etc}}]\n      containers:"),
        "shop/Deployment/cart mounts /etc of its node",
    ),
    "a registry": (
        Aspect.IMAGES,
        ("registry.example/cart:1", "other.example/cart:1"),
        "shop/Deployment/cart takes images from other.example, as nothing did before (other.example/cart:1)",
    ),
    "a verb": (
        Aspect.PERMISSIONS,
        ("verbs: [get]", "verbs: [get, list, delete]"),
        'sa:shop/cart may list, delete on configmaps in namespace shop (RoleBinding "shop/reader")',
    ),
    "a wildcard": (
        Aspect.PERMISSIONS,
        ("resources: [configmaps], verbs: [get]", 'resources: ["*"], verbs: ["*"]'),
        'sa:shop/cart may * on * in namespace shop (RoleBinding "shop/reader")',
    ),
    "a subject": (
        Aspect.PERMISSIONS,
        ("- {kind: ServiceAccount, name: cart}", "- {kind: ServiceAccount, name: cart}\n- {kind: Group, name: dev}"),
        'group:dev may get on configmaps in namespace shop (RoleBinding "shop/reader")',
    ),
    "a Secret in an environment": (
        Aspect.DATA,
        ("        ports: [{", "        envFrom: [{secretRef: {name: db}}]\n        ports: [{"),
        "shop/Deployment/cart reads Secret shop/db",
    ),
    "a key of a Secret": (
        Aspect.DATA,
        (
            "        ports: [{",
            "        env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]\n        ports: [{",
        ),
        "shop/Deployment/cart reads Secret shop/db",
    ),
    "a Secret in a volume": (
        Aspect.DATA,
        ("      containers:", "      volumes: [{name: v, secret: {secretName: db}}]\n      containers:"),
        "shop/Deployment/cart reads Secret shop/db",
    ),
    "a Secret in a projected volume": (
        Aspect.DATA,
        ("      cont", "      volumes: [{name: v, projected: {sources: [{secret: {name: '${DB}'}}]}}]\n      cont"),
        "shop/Deployment/cart reads Secret shop/${DB}",
    ),
    "a tag that moves": (
        Aspect.IMAGES,
        ("registry.example/cart:1", "registry.example/cart"),
        'shop/Deployment/cart container "cart" takes the tag latest now (registry.example/cart)',
    ),
    "a tag that may move": (
        Aspect.IMAGES,
        ("registry.example/cart:1", '"registry.example/cart:lat${EST}"'),
        'shop/Deployment/cart container "cart" may take the tag latest now',
    ),
    "a way in": (
        Aspect.EXPOSURE,
        ("  selector: {app: cart}\n", "  selector: {app: cart}\n  type: LoadBalancer\n"),
        "shop/Deployment/cart is reached from internet at",
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_what_widens_is_told_and_narrows_the_other_way(what: str) -> None:
    aspect, (before, after), text = EDITS[what]
    edited = POD.replace(before, after)
    assert edited != POD
    wider = [row for row in compare(POD, edited) if row.aspect is aspect]
    assert [row for row in wider if row.wider and f"{row.subject} {row.text}".startswith(text)]
    assert all(row.wider for row in wider) or aspect is Aspect.IMAGES
    narrower = [row for row in compare(edited, POD) if row.aspect is aspect]
    assert narrower
    assert not any(row.wider for row in narrower) or aspect is Aspect.IMAGES


@pytest.mark.parametrize("what", EDITS)
def test_nothing_changes_between_an_estate_and_itself(what: str) -> None:
    edited = POD.replace(*EDITS[what][1])
    assert compare(edited, edited) == ()


CLOSED = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 8080}]
"""
WEB = POD.split("\n---\n")[1].replace("cart", "web") + "\n"


BOSS = """---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: boss, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: boss}
subjects: [{kind: ServiceAccount, name: boss}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: boss, namespace: shop}
rules:
- {apiGroups: [""], resources: [secrets, configmaps], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: boss}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:node-proxier}
subjects: [{kind: ServiceAccount, name: boss, namespace: shop}]
"""


def _running(account: str, more: str = "") -> str:
    spec = f"      serviceAccountName: {account}\n{more}      securityContext: {{runAs"
    return (POD + BOSS).replace("      securityContext: {runAs", spec, 1)


def _permissions(old: str, new: str) -> list[Change]:
    return [row for row in compare(old, new) if row.aspect is Aspect.PERMISSIONS]


def test_a_pod_that_is_switched_to_a_mightier_account() -> None:
    old, new = _running("cart"), _running("boss")
    (row,) = _permissions(old, new)
    assert (row.wider, row.subject) == (True, "shop/Deployment/cart")
    assert row.text.startswith("now runs as shop/boss, which may ")
    assert 'get on secrets in namespace shop (RoleBinding "shop/boss")' in row.text
    assert 'everywhere (ClusterRoleBinding "boss")' in row.text
    (back,) = _permissions(new, old)
    assert (back.wider, back.text) == (False, row.text.replace("now runs as", "no longer: runs as"))
    # The other way round it loses, and where both hold the same nothing is said.
    assert _permissions(_running("cart"), _running("other"))[0].text.startswith("no longer: runs as shop/cart")
    assert _permissions(_running("other"), _running("third")) == []


NONE = "      automountServiceAccountToken: false\n"


def test_a_pod_that_gets_the_token_of_its_account() -> None:
    without, with_ = _running("cart", NONE), _running("cart")
    (row,) = _permissions(without, with_)
    assert row.wider
    assert row.text == (
        'now gets the token of shop/cart, which may get on configmaps in namespace shop (RoleBinding "shop/reader")'
    )
    assert not _permissions(with_, without)[0].wider
    assert _permissions(_running("other", NONE), _running("other")) == []
    assert _permissions(_running("cart"), _running("boss", NONE))[0].wider is False
    perhaps = _running("cart", NONE.replace("false", "${MOUNT}"))
    assert "shop/cart if ${MOUNT}, which may" in _permissions(without, perhaps)[0].text
    account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart, namespace: shop}\n"
    own = f"{account}automountServiceAccountToken: false\n"
    assert [row.wider for row in _permissions(with_ + own, with_ + account)] == [True]


def test_an_account_that_is_filled_in_later_may_be_any() -> None:
    (row,) = [row for row in _permissions(_running("cart"), _running("${ACCOUNT}")) if row.wider]
    assert row.text == "now runs as an account that is filled in later (${ACCOUNT})"
    assert _permissions(_running("${ACCOUNT}"), _running("${ACCOUNT}")) == []
    assert any(row.wider for row in _permissions(_running("${ACCOUNT}"), _running("boss")))


def test_a_new_workload_under_an_account_that_was_there() -> None:
    old = POD + BOSS
    new = f"{old}---\n" + WEB.replace("      securityC", "      serviceAccountName: boss\n      securityC", 1)
    (row,) = _permissions(old, new)
    assert (row.wider, row.subject) == (True, "shop/Deployment/web")
    assert row.text.startswith("is new and runs as shop/boss, which may ")
    assert _permissions(new, old) == []
    # An account that came with it is told of itself.
    assert {row.subject for row in _permissions(POD, new)} == {"sa:shop/boss"}


DIGEST = f"registry.example/cart@sha256:{'0' * 64}"


def test_an_image_that_is_no_longer_pinned() -> None:
    pinned = POD.replace("registry.example/cart:1", DIGEST)
    (row,) = compare(pinned, POD)
    assert (row.wider, row.aspect) == (True, Aspect.IMAGES)
    assert row.text == 'container "cart" is no longer pinned by digest (registry.example/cart:1)'
    (back,) = compare(POD, pinned)
    assert (back.wider, back.text) == (False, f'container "cart" is pinned by digest now ({DIGEST})')
    # Another digest is another image and not less surely so.
    assert compare(pinned, pinned.replace("0" * 64, "1" * 64)) == ()
    assert compare(POD, POD.replace("cart:1\n", "cart:2\n")) == ()


def test_an_image_of_the_wrong_type_breaks_nothing() -> None:
    assert compare(POD, POD.replace("image: registry.example/cart:1", "image: [1]"))
    assert compare(POD.replace("image: registry.example/cart:1", "image: [1]"), POD)


def test_a_new_workload_that_reads_a_secret_that_was_there() -> None:
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\n"
    reads = "---\n" + WEB.replace("        ports", "        envFrom: [{secretRef: {name: db}}]\n        ports", 1)
    (row,) = compare(POD + secret, POD + secret + reads)
    assert (row.aspect, row.wider, row.text) == (Aspect.DATA, True, "is new and reads Secret shop/db")
    assert compare(POD, POD + secret + reads) == ()


INGRESS = """---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /public, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
"""


def test_a_path_of_an_ingress_is_told() -> None:
    old = POD + INGRESS
    every = old.replace("/public", "/")
    (row,) = compare(old, every)
    assert row.wider
    assert "shop.example:80, all paths (" in row.text
    assert row.text.endswith(", path /public before")
    (back,) = compare(every, old)
    assert (back.wider, back.text) == (False, f"no longer: {row.text}")
    one = "      - {path: /public, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}\n"
    more = old + one.replace("/public", "/admin")
    (added,) = compare(old, more)
    assert "paths /public, /admin (" in added.text
    assert added.wider
    assert [row.wider for row in compare(old, old.replace("/public", "/other"))] == [True, False]


def test_a_port_that_policies_open_is_told_of_what_is_reached() -> None:
    old = f"{POD}---\n{WEB}{CLOSED}"
    opened = old.replace("ports: [{port: 8080}]", "ports: [{port: 8080}, {port: 9090}]")
    (row,) = [row for row in compare(old, opened) if row.aspect is Aspect.NETWORK]
    assert (row.wider, row.subject) == (True, "shop/Deployment/cart")
    assert row.text == "can be reached on TCP 9090 by shop/Deployment/web"
    (back,) = [row for row in compare(opened, old) if row.aspect is Aspect.NETWORK]
    assert (back.wider, back.text) == (False, f"no longer: {row.text}")


def test_a_policy_that_goes_opens_what_it_closed() -> None:
    old = f"{POD}---\n{WEB}{CLOSED}"
    rows = [row for row in compare(old, f"{POD}---\n{WEB}") if row.aspect is Aspect.NETWORK]
    assert all(row.wider for row in rows)
    assert {row.subject for row in rows} == {"shop/Deployment/cart"}
    assert any("the internet" in row.text for row in rows)


def test_saying_the_same_in_another_way_changes_nothing() -> None:
    split = POD.replace(
        '- {apiGroups: [""], resources: [configmaps], verbs: [get]}',
        '- {apiGroups: [""], resources: [configmaps], verbs: [get], resourceNames: [a]}\n'
        '- {apiGroups: [""], resources: [configmaps], verbs: [get]}',
    )
    assert split != POD
    assert compare(POD, split) == ()
    turned = "\n---\n".join(reversed(POD.split("\n---\n")))
    assert compare(POD, turned) == ()


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        ("restricted", "${LEVEL}", True),
        ("${LEVEL}", "baseline", True),
        ("${LEVEL}", "restricted", False),
        ("privileged", "${LEVEL}", False),
        ("${LEVEL}", "${OTHER}", True),
    ],
)
def test_a_level_that_is_filled_in_later_may_be_any(old: str, new: str, wider: bool) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{}: '{}'}}}}\n"
    label = "pod-security.kubernetes.io/enforce"
    (row,) = changes(*(estate(space.format(label, level)) for level in (old, new)))
    assert (row.wider, row.text) == (wider, f"enforces {new}, {old} before")


def test_what_is_filled_in_later_is_the_same_where_it_is_written_alike() -> None:
    text = POD.replace("verbs: [get]", 'verbs: ["${VERB}"]').replace("registry.example", "${REGISTRY}")
    assert compare(text, text) == ()
    assert [row.aspect for row in compare(POD, text) if row.wider] == [Aspect.PERMISSIONS, Aspect.IMAGES]


def test_a_new_workload_is_no_widening_by_itself() -> None:
    alike = POD.split("\n---\n")[1].replace("name: cart,", "name: basket,")
    assert compare(POD, f"{POD}---\n{alike}") == ()
    worse = alike.replace("drop: [ALL]", "drop: []")
    (row,) = compare(POD, f"{POD}---\n{worse}")
    assert row.text.startswith("is new and meets baseline only, restricted before")


def test_the_second_of_a_name_is_compared_too() -> None:
    both = f"{POD}---\n{POD}"
    assert compare(both, both) == ()
    mixed = both.replace("enforce: restricted", "enforce: baseline", 1)
    assert compare(mixed, mixed) == ()
    for text in (
        f"{POD}---\n{POD.replace('enforce: restricted', 'enforce: baseline')}",
        f"{POD}---\n{POD.replace('containers:', 'hostPID: true' + chr(10) + '      containers:')}",
    ):
        assert any(row.wider for row in compare(both, text))
        assert not any(row.wider for row in compare(text, both))


HOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.com
  clientConfig: {url: "https://guard.example.com/"}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""


def test_what_nobody_could_read_is_not_gone() -> None:
    gone = [row for row in compare(HOOK, POD) if row.aspect is Aspect.ADMISSION]
    assert [row.wider for row in gone] == [True]
    later = collect(read_manifests(POD, "all.yaml", Reader(), named=True), whole=True)
    unread = msgspec.structs.replace(later, unread=(Unread("ValidatingWebhookConfiguration"),))
    assert [row for row in changes(estate(HOOK), Estate(unread)) if row.aspect is Aspect.ADMISSION] == []


def test_what_an_operator_decides_is_no_change() -> None:
    kafka = """
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: {name: events, namespace: shop}
spec: {kafka: {template: {pod: {securityContext: {runAsUser: 1000}}}}}
"""
    assert [row for row in compare(POD, f"{POD}---{kafka}") if row.aspect is Aspect.HOST_ACCESS] == []


def test_what_a_controller_made_is_left_to_its_owner() -> None:
    copy = """---
apiVersion: v1
kind: Pod
metadata:
  name: cart-x
  namespace: shop
  ownerReferences: [{kind: ReplicaSet, name: cart-1, apiVersion: apps/v1, uid: u, controller: true}]
spec:
  hostPID: true
  containers: [{name: cart, image: x.example/y}]
"""
    assert [row for row in compare(POD, POD + copy) if row.aspect is not Aspect.EXPOSURE] == []
