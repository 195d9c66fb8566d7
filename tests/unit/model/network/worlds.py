"""Small estates for the tests of the network engine, written in a few words."""

from __future__ import annotations

from seawall.core import Document
from seawall.inventory import Inventory, Unread, collect
from seawall.model import Estate
from seawall.model.network import Network
from seawall.model.network.assumptions import assumptions
from seawall.yamltext import Broken, read


def inventory(text: str) -> Inventory:
    """The whole estate that a text of manifests is."""
    documents = [Document("a.yaml", each) for each in read(text) if not isinstance(each, Broken)]
    return collect(documents, whole=True)


def network(*texts: str, assume: tuple[str, ...] = (), cni: str | None = None) -> Network:
    """The network of an estate of manifests."""
    return Network(Estate(inventory("\n---\n".join(texts))), assumptions(assume, cni))


def pod(name: str, labels: str = "", spec: str = "", ports: str = "[]", namespace: str = "shop") -> str:
    """A Pod labelled `app: <name>` and with `labels` (flow style, without braces)."""
    more = f", {labels}" if labels else ""
    extra = f"{spec}, " if spec else ""
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}{more}}}}}
spec: {{{extra}containers: [{{name: c, image: a, ports: {ports}}}]}}
"""


def namespace(name: str = "shop", labels: str = "") -> str:
    """A Namespace."""
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def policy(spec: str, name: str = "np", namespace: str = "shop") -> str:
    """A NetworkPolicy; `spec` in flow style, without braces."""
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{{spec}}}
"""


def admin(spec: str, kind: str = "ClusterNetworkPolicy", name: str = "cnp") -> str:
    """A policy of the cluster's administrators; `spec` in flow style, without braces."""
    version = "v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    return f"""
apiVersion: policy.networking.k8s.io/{version}
kind: {kind}
metadata: {{name: {name}}}
spec: {{{spec}}}
"""


def service(spec: str, name: str = "db", namespace: str = "shop") -> str:
    """A Service; `spec` in flow style, without braces."""
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n"


def answer(found: Network, source: object, destination: object) -> str:
    """`all ports`, `no port`, `TCP 80`, each with ` ?` and what is unknown behind it; a bare name is a Pod of shop."""
    connection = found.connection(_end(source), _end(destination))
    return f"{connection.allowed}" + (f" ? {connection.unknown}" if connection.unknown else "")


def _end(wanted: object) -> object:
    return f"shop/pod/{wanted}" if isinstance(wanted, str) and wanted.isalpha() and wanted != "internet" else wanted


def unread(found: Inventory, *kinds: Unread) -> Inventory:
    """The same, less what could not be read."""
    import msgspec

    return msgspec.structs.replace(found, unread=kinds)


OPEN, CLOSED, UNKNOWN = "all ports", "no port", "no port ? all ports"
