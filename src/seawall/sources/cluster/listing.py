"""All objects of one resource, page by page, each object once.

Source: kubernetes.io "Kubernetes API Concepts", "Retrieving large results sets in chunks": the news that a token has
expired (410) brings another one that goes on at a newer state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from seawall.core import dig
from seawall.sources.cluster.answers import GONE, UnansweredError
from seawall.sources.cluster.discovery import Get, decoded
from seawall.sources.cluster.kinds import Served
from seawall.sources.cluster.transport import JSON

LIMIT: Final = 500
_RESTARTS: Final = 3
_IDLE: Final = 20
"""Pages in a row that bring nothing new."""
_UNREADABLE: Final = 3
"""How often a page that holds half an answer is asked for."""
Tree = dict[str, Any]


class Listed(msgspec.Struct, frozen=True, eq=False):
    """What one list gave."""

    objects: tuple[Tree, ...]
    strange: int = 0
    """Items that are no object with a name."""
    failed: UnansweredError | None = None
    """Why it is not all of them; None where it is."""


class Question(msgspec.Struct, frozen=True):
    """What is listed, and how."""

    served: Served
    namespace: str = ""
    """Only that of one namespace; empty: of all."""
    accept: str = JSON
    kind: str = ""
    """The kind that a page must have; empty: any list."""
    selector: str = ""
    """A field selector."""


def list_all(get: Get, question: Question, shape: Callable[[Tree], Tree] = lambda tree: tree) -> Listed:
    """Every object of a resource, in the server's order; what fails in the middle keeps what was read."""
    return _Lister(get, question, shape).run()


class _Lister:
    """One list: what was read so far, and where to go on."""

    def __init__(self, get: Get, question: Question, shape: Callable[[Tree], Tree]) -> None:
        self.get = get
        self.question = question
        self.shape = shape
        self.found: dict[tuple[str, str], Tree] = {}
        self.strange = 0
        self.used: set[str] = set()
        """Tokens that were asked with: a server that repeats one would be asked for ever."""
        self.restarts = 0

    def run(self) -> Listed:
        failed = None
        try:
            self._pages()
        except UnansweredError as error:
            failed = error
        return Listed(tuple(self.found.values()), self.strange, failed)

    def _pages(self) -> None:
        token, idle = "", 0
        while True:
            try:
                page = self._page(token)
            except UnansweredError as error:
                if error.status != GONE or not token:
                    raise
                token = self._after_expiry(error)
                continue
            idle = 0 if self._take(page) else idle + 1
            following = dig(page, "metadata", "continue")
            if not isinstance(following, str) or not following:
                return
            if idle >= _IDLE:
                raise UnansweredError(f"{_IDLE} pages in a row brought nothing new")
            self._use(following)
            token = following

    def _use(self, token: str) -> None:
        if token in self.used:
            raise UnansweredError("the server gives the same page again and again")
        self.used.add(token)

    def _after_expiry(self, error: UnansweredError) -> str:
        """The token that a 410 brings; without one (empty) the list starts again and forgets what it had."""
        try:
            token = dig(decoded(error.body), "metadata", "continue")
        except UnansweredError:
            token = None
        if isinstance(token, str) and token and token not in self.used:
            self.used.add(token)
            return token
        self.restarts += 1
        if self.restarts > _RESTARTS:
            raise UnansweredError(f"the list expired {self.restarts} times before it was read (410)", GONE) from error
        self.found.clear()
        self.used.clear()
        self.strange = 0
        return ""

    def _page(self, token: str) -> Tree:
        """One page; half an answer of a whole length is asked for again."""
        asked = self.question
        params = {"limit": str(LIMIT)} | ({"continue": token} if token else {})
        params |= {"fieldSelector": asked.selector} if asked.selector else {}
        for left in reversed(range(_UNREADABLE)):
            body = self.get(asked.served.path(asked.namespace), params, asked.accept)
            try:
                return self._checked(decoded(body))
            except UnansweredError:
                if not left:
                    raise
        raise AssertionError

    def _checked(self, page: Tree) -> Tree:
        items, kind, wanted = page.get("items"), str(page.get("kind", "")), self.question.kind
        if not isinstance(items, list | None) or not kind.endswith("List"):
            raise UnansweredError("the server answered with something that is no list")
        if wanted and kind != wanted:
            raise UnansweredError(f"the server answered with {kind} where {wanted} was asked for")
        return page

    def _take(self, page: Tree) -> bool:
        """Keeps the objects of a page; False where it brought none that is new."""
        before, served = len(self.found), self.question.served
        for item in page.get("items") or ():
            metadata = item.get("metadata") if isinstance(item, dict) else None
            name = metadata.get("name") if isinstance(metadata, dict) else None
            if not (isinstance(metadata, dict) and isinstance(name, str) and name):
                self.strange += 1
                continue
            metadata.pop("managedFields", None)
            namespace = metadata.get("namespace")
            key = (namespace if isinstance(namespace, str) else "", name)
            self.found[key] = self.shape({**item, "apiVersion": served.api_version, "kind": served.kind})
        return len(self.found) > before
