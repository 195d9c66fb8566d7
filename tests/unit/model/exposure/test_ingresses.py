"""Ingresses: hosts, paths, TLS, classes, and Services that are there or not."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import WEB, ingress, line, lines, rows, service

from seawall.model.permissions import Answer

CLUSTER = service("selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}]")


def rule(backend: str, host: str = "a.example", path: str = "/") -> str:
    hosted = f"host: {host}, " if host else ""
    return f"{{{hosted}http: {{paths: [{{path: {path}, pathType: Prefix, backend: {backend}}}]}}}}"


def to(port: str, name: str = "web") -> str:
    return f"{{service: {{name: {name}, port: {{{port}}}}}}}"


NUMBERED = to("number: 80")


@pytest.mark.parametrize("backend", [NUMBERED, to("name: web")])
def test_a_path_leads_to_the_pods_of_its_service(backend: str) -> None:
    assert lines(WEB, CLUSTER, ingress(f"rules: [{rule(backend)}]")) == ["internet Ingress 80/HTTP -> web:8080 yes"]


@pytest.mark.parametrize(
    ("version", "key"), [("networking.k8s.io/v1", "defaultBackend"), ("extensions/v1beta1", "backend")]
)
def test_a_default_backend_leads_there_too(version: str, key: str) -> None:
    backend = NUMBERED if key == "defaultBackend" else "{serviceName: web, servicePort: 80}"
    (row,) = rows(WEB, CLUSTER, ingress(f"{key}: {backend}", version=version))
    assert (line(row), row.entry.address) == ("internet Ingress 80/HTTP -> web:8080 yes", "any host")


def test_the_older_form_of_a_backend_is_read() -> None:
    old = "{serviceName: web, servicePort: web}"
    assert lines(WEB, CLUSTER, ingress(f"rules: [{rule(old)}]", version="networking.k8s.io/v1beta1")) == [
        "internet Ingress 80/HTTP -> web:8080 yes"
    ]


@pytest.mark.parametrize(
    ("whole", "backend", "answer", "why"),
    [
        (True, to("number: 80", "gone"), Answer.NO, 'there is no Service "shop/gone"'),
        (False, to("number: 80", "gone"), Answer.UNKNOWN, "--estate"),
        (True, to("number: 81"), Answer.NO, "has no port 81; its ports: 80"),
        (False, to("number: 81"), Answer.NO, "has no port 81"),
        (True, to("name: '${PORT}'"), Answer.UNKNOWN, "not decided"),
        (True, to("number: 80", "'${NAME}'"), Answer.UNKNOWN, "${NAME}"),
    ],
)
def test_an_ingress_to_nowhere(*, whole: bool, backend: str, answer: Answer, why: str) -> None:
    (row,) = rows(WEB, CLUSTER, ingress(f"rules: [{rule(backend)}]"), whole=whole)
    assert row.target.answer is answer
    assert why in row.target.why


def test_many_paths_to_one_service_are_one_row() -> None:
    many = ingress(f"rules: [{rule(NUMBERED, path='/a')}, {rule(NUMBERED, path='/b')}]")
    (row,) = rows(WEB, CLUSTER, many)
    assert row.entry.paths == ("/a", "/b")


@pytest.mark.parametrize(
    ("tls", "host", "answer"),
    [
        ("", "a.example", Answer.NO),
        ("tls: [{hosts: [a.example]}], ", "a.example", Answer.YES),
        ("tls: [{hosts: ['*.example']}], ", "a.example", Answer.YES),
        ("tls: [{hosts: [b.example]}], ", "a.example", Answer.NO),
        ("tls: [{}], ", "", Answer.YES),
        ("tls: [{hosts: [b.example]}], ", "", Answer.NO),
        ("tls: '${TLS}', ", "a.example", Answer.UNKNOWN),
        ("tls: [{hosts: ['${HOST}']}], ", "a.example", Answer.UNKNOWN),
        ("tls: [{hosts: ['${HOST}']}], ", "'${HOST}'", Answer.YES),
    ],
)
def test_whether_it_is_encrypted(tls: str, host: str, answer: Answer) -> None:
    (row,) = rows(WEB, CLUSTER, ingress(f"{tls}rules: [{rule(NUMBERED, host)}]"))
    assert row.entry.tls is answer


@pytest.mark.parametrize(
    ("annotations", "named", "reach"),
    [
        ("", "", "internet"),
        ("", "ingressClassName: nginx, ", "internet"),
        ("", "ingressClassName: alb, ", "private network"),
        ("alb.ingress.kubernetes.io/scheme: internet-facing", "ingressClassName: alb, ", "internet"),
        ("alb.ingress.kubernetes.io/scheme: internal", "ingressClassName: alb, ", "private network"),
        ("kubernetes.io/ingress.class: gce-internal", "", "private network"),
        ("kubernetes.io/ingress.class: gce", "", "internet"),
        ("appgw.ingress.kubernetes.io/use-private-ip: 'true'", "", "private network"),
        ("alb.ingress.kubernetes.io/scheme: '${SCHEME}'", "", "unknown"),
        ("", "ingressClassName: '${CLASS}', ", "unknown"),
    ],
)
def test_from_where_it_answers(annotations: str, named: str, reach: str) -> None:
    (row,) = rows(WEB, CLUSTER, ingress(f"{named}rules: [{rule(NUMBERED)}]", annotations=annotations))
    assert row.reach.label == reach


def test_an_allow_list_of_the_controller_is_told() -> None:
    key = "nginx.ingress.kubernetes.io/whitelist-source-range"
    (row,) = rows(WEB, CLUSTER, ingress(f"rules: [{rule(NUMBERED)}]", annotations=f"{key}: '10.0.0.0/8, 192.0.2.1/32'"))
    assert row.entry.sources == ("10.0.0.0/8", "192.0.2.1/32")


@pytest.mark.parametrize(
    "spec",
    ["rules: '${RULES}'", "rules: ['${RULE}']", "rules: [{http: {paths: '${PATHS}'}}]", "defaultBackend: '${BACKEND}'"],
)
def test_what_is_filled_in_later_is_an_open_way(spec: str) -> None:
    found = rows(WEB, CLUSTER, ingress(spec))
    assert found
    assert all(row.target.answer is Answer.UNKNOWN for row in found)


def test_something_that_is_no_service_is_named() -> None:
    backend = "{resource: {apiGroup: k8s.example, kind: StorageBucket, name: assets}}"
    (row,) = rows(ingress(f"rules: [{rule(backend)}]"))
    assert (row.target.answer, row.target.text) == (Answer.YES, 'StorageBucket "assets"')


def test_a_name_outside_is_followed_no_further() -> None:
    (row,) = rows(service("type: ExternalName, externalName: db.example"), ingress(f"rules: [{rule(NUMBERED)}]"))
    assert (row.target.answer, row.target.text) == (Answer.YES, "the name db.example")


def test_an_ingress_without_rules_opens_nothing() -> None:
    assert lines(ingress("")) == []


CONTROLLER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx, namespace: edge}
spec:
  template:
    metadata: {labels: {app: nginx}}
    spec: {containers: [{name: nginx, image: 'registry.k8s.io/ingress-nginx/controller:v1.12.0'}]}
"""
CLASS = (
    "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: own}, "
    "spec: {controller: k8s.io/ingress-nginx}}"
)


def of_controller(spec: str, annotations: str = "") -> str:
    text = service(f"{spec}, allocateLoadBalancerNodePorts: false, selector: {{app: nginx}}, ports: [{{port: 443}}]")
    return text.replace("name: web, namespace: shop", "name: nginx, namespace: edge").replace(
        "annotations: {}", f"annotations: {{{annotations}}}"
    )


@pytest.mark.parametrize(
    ("text", "reach", "sources"),
    [
        (of_controller("type: LoadBalancer"), "internet", ()),
        (
            of_controller("type: LoadBalancer", "networking.gke.io/load-balancer-type: Internal"),
            "private network",
            (),
        ),
        (of_controller("type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]"), "internet", ("192.0.2.0/24",)),
        (of_controller("type: NodePort"), "node network", ()),
        (of_controller("type: ClusterIP"), "cluster only", ()),
    ],
)
@pytest.mark.parametrize(("named", "texts"), [("nginx", ()), ("own", (CLASS,))])
def test_an_ingress_answers_where_its_controller_does(
    text: str, reach: str, sources: tuple[str, ...], named: str, texts: tuple[str, ...]
) -> None:
    own = ingress(f"ingressClassName: {named}, rules: [{rule(NUMBERED)}]")
    (row,) = [row for row in rows(WEB, CLUSTER, CONTROLLER, text, own, *texts) if row.entry.how == "Ingress"]
    assert (row.reach.label, row.entry.sources) == (reach, sources)
    assert "its controller answers on the internet" not in " ".join(row.entry.assumes)


def test_a_controller_whose_service_may_not_have_been_read_is_assumed_to_answer() -> None:
    own = ingress(f"ingressClassName: nginx, rules: [{rule(NUMBERED)}]")
    (row,) = rows(WEB, CLUSTER, CONTROLLER, own, whole=False)
    assert (row.reach.label, len(row.entry.assumes)) == ("internet", 1)


def test_a_class_of_another_controller_is_not_that_of_its_name() -> None:
    other = CLASS.replace("own", "nginx").replace("k8s.io/ingress-nginx", "example.com/other")
    own = ingress(f"ingressClassName: nginx, rules: [{rule(NUMBERED)}]")
    (row,) = rows(WEB, CLUSTER, CONTROLLER, own, other)
    assert row.reach.label == "internet"
