"""An API server for tests: it answers discovery and lists on loopback, enforces RBAC, and fails on demand."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Tree = dict[str, Any]

BUILT_IN = {
    ("", "v1"): {
        "configmaps": ("ConfigMap", True),
        "events": ("Event", True),
        "limitranges": ("LimitRange", True),
        "namespaces": ("Namespace", False),
        "nodes": ("Node", False),
        "pods": ("Pod", True),
        "resourcequotas": ("ResourceQuota", True),
        "secrets": ("Secret", True),
        "serviceaccounts": ("ServiceAccount", True),
        "services": ("Service", True),
    },
    ("apps", "v1"): {"deployments": ("Deployment", True), "replicasets": ("ReplicaSet", True)},
    ("networking.k8s.io", "v1"): {"networkpolicies": ("NetworkPolicy", True)},
    ("rbac.authorization.k8s.io", "v1"): {
        "clusterroles": ("ClusterRole", False),
        "clusterrolebindings": ("ClusterRoleBinding", False),
        "roles": ("Role", True),
        "rolebindings": ("RoleBinding", True),
    },
    ("coordination.k8s.io", "v1"): {"leases": ("Lease", True)},
}


@dataclass
class Request:
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    number: int
    """How often this path was asked for before."""


@dataclass
class Answer:
    """What is sent; `cut` bytes of the body are held back and the connection is closed."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    wait: threading.Event | None = None


def answer(tree: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(tree).encode(), {"Content-Type": "application/json", **headers})


Hook = Callable[[Request], Answer | None]


class FakeCluster:
    """Objects by where they are listed, and what stands between them and who asks."""

    def __init__(self, objects: list[Tree] | None = None, *, aggregated: bool = True) -> None:
        self.groups = {place: dict(table) for place, table in BUILT_IN.items()}
        self.objects = list(objects or ())
        self.aggregated = aggregated
        self.version = "v1.34.2"
        self.page = 500
        self.token = ""
        """The bearer token that is wanted; empty: anybody's."""
        self.rules: list[Tree] | None = None
        """PolicyRules of who asks; None: everything is allowed."""
        self.hooks: list[Hook] = []
        self.requests: list[Request] = []
        self.methods: set[str] = set()
        self.stale: set[str] = set()
        self.url = ""
        self.lock = threading.Lock()

    def add(self, group: str, version: str, resource: str, kind: str, *, namespaced: bool = True) -> None:
        self.groups.setdefault((group, version), {})[resource] = (kind, namespaced)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        with self.lock:
            request = Request(parts.path, query, headers, self.paths().count(parts.path))
            self.requests.append(request)
        for hook in self.hooks:
            said = hook(request)
            if said is not None:
                return said
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return answer({"kind": "Status", "code": 401}, 401)
        return self._routed(request)

    def _routed(self, request: Request) -> Answer:
        path = request.path
        if path == "/version":
            return answer({"gitVersion": self.version})
        if path in ("/api", "/apis"):
            return self._groups(path, request.headers.get("Accept", ""))
        for group, version in self.groups:
            root = f"/apis/{group}/{version}" if group else f"/api/{version}"
            if path == root:
                return answer({"kind": "APIResourceList", "resources": list(self._rows(group, version))})
            if path.startswith(root + "/"):
                return self._list(group, version, path.removeprefix(root + "/").split("/"), request)
        return answer({"kind": "Status", "code": 404}, 404)

    def _rows(self, group: str, version: str) -> Iterator[Tree]:
        for resource, (kind, namespaced) in self.groups[group, version].items():
            verbs = ["get", "list", "watch"]
            yield {"name": resource, "kind": kind, "namespaced": namespaced, "verbs": verbs}
            yield {"name": f"{resource}/status", "kind": kind, "namespaced": namespaced, "verbs": ["get"]}

    def _groups(self, path: str, accept: str) -> Answer:
        names = {group for group, _ in self.groups if bool(group) == (path == "/apis")}
        versions = {name: [version for group, version in self.groups if group == name] for name in sorted(names)}
        if self.aggregated and "apidiscovery" in accept:
            items = [
                {
                    "metadata": {"name": name} if name else {},
                    "versions": [self._aggregated(name, v) for v in versions[name]],
                }
                for name in versions
            ]
            return answer({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items})
        if path == "/api":
            return answer({"kind": "APIVersions", "versions": versions.get("", [])})
        groups = [
            {
                "name": name,
                "versions": [{"groupVersion": f"{name}/{v}", "version": v} for v in versions[name]],
                "preferredVersion": {"version": versions[name][0]},
            }
            for name in versions
        ]
        return answer({"kind": "APIGroupList", "groups": groups})

    def _aggregated(self, group: str, version: str) -> Tree:
        rows = [
            {
                "resource": resource,
                "responseKind": {"group": group, "version": version, "kind": kind},
                "scope": "Namespaced" if namespaced else "Cluster",
                "verbs": ["get", "list"],
                "subresources": [{"subresource": "status", "verbs": ["get"]}],
            }
            for resource, (kind, namespaced) in self.groups[group, version].items()
        ]
        rows.append(
            {"resource": "bindings", "responseKind": {"kind": "Binding"}, "scope": "Namespaced", "verbs": ["create"]}
        )
        return {"version": version, "resources": rows, "freshness": "Stale" if group in self.stale else "Current"}

    def _list(self, group: str, version: str, steps: list[str], request: Request) -> Answer:
        namespace = steps[1] if len(steps) == 3 and steps[0] == "namespaces" else ""
        resource = steps[-1]
        if resource not in self.groups[group, version]:
            return answer({"kind": "Status", "code": 404}, 404)
        if not self._is_allowed(group, resource):
            return answer({"kind": "Status", "reason": "Forbidden", "code": 403}, 403)
        kind, _ = self.groups[group, version][resource]
        api_version = f"{group}/{version}" if group else version
        found = [
            each
            for each in self.objects
            if (each["apiVersion"], each["kind"]) == (api_version, kind)
            and (not namespace or each["metadata"].get("namespace") == namespace)
            and self._selected(each, request.query.get("fieldSelector", ""))
        ]
        start, size = int(request.query.get("continue", "0")), min(int(request.query.get("limit", "500")), self.page)
        metadata = {"resourceVersion": "7"}
        if start + size < len(found):
            metadata["continue"] = str(start + size)
        items = [{key: value for key, value in each.items() if key not in ("apiVersion", "kind")} for each in found]
        listed = f"{kind}List"
        if "as=PartialObjectMetadataList" in request.headers.get("Accept", ""):
            listed, items = "PartialObjectMetadataList", [{"metadata": each["metadata"]} for each in items]
        return answer(
            {"kind": listed, "apiVersion": api_version, "metadata": metadata, "items": items[start : start + size]}
        )

    @staticmethod
    def _selected(each: Tree, selector: str) -> bool:
        name, _, value = selector.partition("=")
        return not name or each.get(name) == value

    def _is_allowed(self, group: str, resource: str) -> bool:
        return self.rules is None or any(
            group in rule["apiGroups"] and resource in rule["resources"] and "list" in rule["verbs"]
            for rule in self.rules
        )


def _handler(cluster: FakeCluster) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: half of one waits for the other side's word
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            cluster.methods.add(self.command)
            said = cluster.answer(self.path, dict(self.headers.items()))
            if said.wait is not None:
                said.wait.wait(10)
            self.close_connection = bool(said.cut)
            with contextlib.suppress(OSError):
                self._send(said)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

        def _send(self, said: Answer) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body[: len(said.body) - said.cut])
            self.wfile.flush()

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                super().handle()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.context is None:
            return connection, address
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextlib.contextmanager
def served(cluster: FakeCluster, context: ssl.SSLContext | None = None) -> Iterator[FakeCluster]:
    """The cluster on a port of loopback, with TLS where a context is given."""
    server = _Server(("127.0.0.1", 0), _handler(cluster))
    server.context = context
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    cluster.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield cluster
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def kubeconfig(
    folder: Path, server: str, *, user: Tree | None = None, cluster: Tree | None = None, **context: str
) -> str:
    """A kubeconfig with one context `shop`, as JSON, which is YAML."""
    tree = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "shop",
        "clusters": [{"name": "one", "cluster": {"server": server, **(cluster or {})}}],
        "users": [{"name": "me", "user": user or {}}],
        "contexts": [{"name": "shop", "context": {"cluster": "one", "user": "me", **context}}],
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(tree), "utf-8")
    return str(file)


def thing(kind: str, name: str, namespace: str | None = "shop", api_version: str = "v1", **rest: Any) -> Tree:
    """An object as a server holds it."""
    metadata: Tree = {"name": name, "uid": f"uid-{kind}-{name}", "managedFields": [{"manager": "kubectl"}]}
    if namespace is not None:
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def pod(name: str, namespace: str = "shop", **security: Any) -> Tree:
    container: Tree = {"name": "web", "image": "registry.example/web@sha256:" + "0" * 64}
    if security:
        container["securityContext"] = security
    return thing("Pod", name, namespace, spec={"containers": [container]})
