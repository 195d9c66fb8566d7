"""Short ways to write what opens a way from outside, and to ask what it leads to."""

from __future__ import annotations

from seawall.core import Document
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.exposure import Exposure, exposed
from seawall.yamltext import Broken, read

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'web:1', ports: [{name: http, containerPort: 8080}]}
"""


def estate(*texts: str, whole: bool = True) -> Estate:
    """What some manifests hold."""
    documents = []
    for text in texts:
        for each in read(text):
            assert not isinstance(each, Broken), each
            documents.append(Document("a.yaml", each))
    return Estate(collect(documents, whole=whole))


def rows(*texts: str, whole: bool = True) -> list[Exposure]:
    """Every way in of some manifests."""
    return list(exposed(estate(*texts, whole=whole)).rows)


def service(spec: str, *, name: str = "web", annotations: str = "") -> str:
    """A Service of the namespace `shop`."""
    metadata = f"{{name: {name}, namespace: shop, annotations: {{{annotations}}}}}"
    return f"{{apiVersion: v1, kind: Service, metadata: {metadata}, spec: {{{spec}}}}}"


def ingress(spec: str, *, annotations: str = "", version: str = "networking.k8s.io/v1") -> str:
    """An Ingress of the namespace `shop`."""
    metadata = f"{{name: web, namespace: shop, annotations: {{{annotations}}}}}"
    return f"{{apiVersion: {version}, kind: Ingress, metadata: {metadata}, spec: {{{spec}}}}}"


def line(row: Exposure) -> str:
    """A row as a text to compare: `internet LoadBalancer :80/TCP -> web:8080 yes`."""
    entry, target = row.entry, row.target
    pod = target.pod.resource.name if target.pod is not None else target.text or "-"
    port = f":{target.port}" if target.port else ""
    return f"{row.reach.label} {entry.how} {entry.port}/{entry.protocol} -> {pod}{port} {target.answer.name.lower()}"


def lines(*texts: str, whole: bool = True) -> list[str]:
    """All rows as texts."""
    return [line(row) for row in rows(*texts, whole=whole)]
