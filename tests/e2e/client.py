"""A small client of an API server: one connection, JSON in and out, any user."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Tree = dict[str, Any]


class Client:
    """Speaks as the administrator, or as whom a call names (impersonation)."""

    def __init__(self, server: str, folder: Path) -> None:
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
        self._connection = http.client.HTTPSConnection(urlsplit(server).netloc, context=context, timeout=60)
        self._plurals: dict[str, dict[str, tuple[str, bool]]] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def ask(
        self, method: str, path: str, body: Tree | None = None, user: str = "", groups: Sequence[str] = ()
    ) -> tuple[int, Tree]:
        """(status, answer) of one request."""
        self._connection.putrequest(method, path)
        if user:
            self._connection.putheader("Impersonate-User", user)
        for group in groups:
            self._connection.putheader("Impersonate-Group", group)
        sent = json.dumps(body).encode() if body is not None else b""
        self._connection.putheader("Content-Type", "application/json")
        self._connection.putheader("Content-Length", str(len(sent)))
        self._connection.endheaders(sent)
        answer = self._connection.getresponse()
        text = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        found: Tree = json.loads(text) if is_json else {"message": text.decode()}
        return answer.status, found

    def get(self, path: str) -> Tree:
        status, found = self.ask("GET", path)
        assert status == 200, (path, found)
        return found

    def create(self, item: Tree) -> Tree:
        status, found = self.ask("POST", self.path_of(item), item)
        assert status == 201, (item["kind"], item["metadata"], found)
        return found

    def exists(self, item: Tree) -> bool:
        status, found = self.ask("GET", f"{self.path_of(item)}/{item['metadata']['name']}")
        assert status in {200, 404}, found
        return status == 200

    def delete(self, items: Iterable[Tree]) -> None:
        for item in items:
            status, found = self.ask("DELETE", f"{self.path_of(item)}/{item['metadata']['name']}")
            assert status in {200, 202, 404}, found

    def path_of(self, item: Tree) -> str:
        """Where objects like this one are created."""
        version = item["apiVersion"]
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        kinds = self._plurals.get(base, {})
        if item["kind"] not in kinds:
            kinds = self._plurals[base] = {
                each["kind"]: (each["name"], each["namespaced"])
                for each in self.get(base)["resources"]
                if "/" not in each["name"]
            }
        plural, namespaced = kinds[item["kind"]]
        return (
            f"{base}/namespaces/{item['metadata'].get('namespace', 'default')}/{plural}"
            if namespaced
            else f"{base}/{plural}"
        )

    def allowed(self, review: Tree) -> bool:
        """What the authorizer says to a SubjectAccessReview's spec."""
        spec = {key: value for key, value in review.items() if key != "id"}
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
        status, found = self.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)
        assert status == 201, (spec, found)
        allowed: bool = found["status"]["allowed"]
        return allowed
