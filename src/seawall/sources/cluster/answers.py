"""What an API server that does not answer as it should comes to."""

from __future__ import annotations

from typing import Final

from seawall.errors import WorldError

FORBIDDEN: Final = 403
UNAUTHORIZED: Final = 401
GONE: Final = 410


class UnansweredError(WorldError):
    """A question got no answer that can be used; `why` is a clause such as `the server forbids it (403)`."""

    def __init__(self, why: str, status: int = 0, hint: str = "", body: bytes = b"") -> None:
        """`status` is HTTP's, 0 where there was none; `body` is what came with it."""
        super().__init__(why)
        self.why = why
        self.status = status
        self.hint = hint
        self.body = body


def refusal(status: int, location: str = "") -> UnansweredError:
    """The error that an HTTP status comes to."""
    if status == FORBIDDEN:
        return UnansweredError("the server forbids it (403)", status, "Add the RBAC rule that the report ends with")
    if status == UNAUTHORIZED:
        hint = "Log in anew; `kubectl auth whoami` with the same context shows whether the credentials hold"
        return UnansweredError("the server does not take the credentials (401)", status, hint)
    if 300 <= status < 400:
        where = f" to {location}" if location else ""
        hint = "Check the server's address: an API server does not redirect, and credentials are not taken elsewhere"
        return UnansweredError(f"the server redirects{where} ({status}), which is not followed", status, hint)
    return UnansweredError(f"the server answers with {status}", status)
