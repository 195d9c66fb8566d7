"""What SARIF 2.1.0 (OASIS) and code scanning demand of the parts that Seawall writes, as a JSON Schema of our own.

Stricter than the standard: what Seawall does not mean to write is refused. Numbers are the standard's sections.
"""

from __future__ import annotations

from typing import Any


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
        "additionalProperties": False,
    }


def _list(of: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": least}


_TEXT = {"type": "string", "minLength": 1}
_MESSAGE = _object({"text": _TEXT})  # 3.11
_FROM_ONE = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
_REGION = _object(  # 3.30
    {"startLine": _FROM_ONE}, {"startColumn": _FROM_ONE, "endLine": _FROM_ONE, "endColumn": _FROM_ONE}
)
_ARTIFACT = _object(  # 3.4; a relative URI has no scheme, no leading slash and no character that must be quoted
    {
        "uri": {"type": "string", "pattern": "^(?!/)[A-Za-z0-9._~!$&'()*+,;=@%/:-]+$"},
        "uriBaseId": {"const": "%SRCROOT%"},
    }
)
_PHYSICAL = _object({"artifactLocation": _ARTIFACT}, {"region": _REGION})  # 3.29
_LOGICAL = _object({"name": {"type": "string"}, "fullyQualifiedName": _TEXT, "kind": _TEXT})  # 3.33
_RULE = _object(  # 3.49
    {
        "id": _TEXT,
        "name": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"},
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _object({"text": _TEXT, "markdown": _TEXT}),
        "defaultConfiguration": _object({"level": _LEVEL}),
        "properties": _object(
            {
                "tags": {**_list(_TEXT, 1), "uniqueItems": True},
                "security-severity": {"type": "string", "pattern": r"^(10\.0|[0-9]\.[0-9])$"},
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
            }
        ),
    },
    {"helpUri": _TEXT},
)
_RESULT = _object(  # 3.27; a kind other than `fail` has level `none`
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["fail", "open"]},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": {
            **_list(_object({"physicalLocation": _PHYSICAL, "logicalLocations": _list(_LOGICAL, 1)}), 1),
            "maxItems": 1,
        },
        "partialFingerprints": _object({"seawall/v1": {"type": "string", "pattern": "^[0-9a-f]{16}$"}}),
        "properties": {"type": "object"},
    },
    {
        "suppressions": _list(  # 3.35
            _object(
                {"kind": {"enum": ["inSource", "external"]}, "status": {"const": "accepted"}, "justification": _TEXT}
            )
        )
    },
) | {"if": {"properties": {"kind": {"const": "open"}}}, "then": {"properties": {"level": {"const": "none"}}}}
_NOTIFICATION = _object(  # 3.58
    {"level": _LEVEL, "message": _MESSAGE},
    {"descriptor": _object({"id": _TEXT}), "locations": _list(_object({"physicalLocation": _PHYSICAL}))},
)
_RUN = _object(  # 3.14
    {
        "tool": _object(
            {
                "driver": _object(
                    {"name": _TEXT, "semanticVersion": _TEXT, "rules": _list(_RULE)}, {"informationUri": _TEXT}
                )
            }
        ),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "invocations": _list(
            _object({"executionSuccessful": {"const": True}, "toolExecutionNotifications": _list(_NOTIFICATION)}), 1
        ),
        "results": _list(_RESULT),
    },
    {"originalUriBaseIds": {"type": "object"}},
)
SARIF: dict[str, Any] = _object(  # 3.13
    {"$schema": _TEXT, "version": {"const": "2.1.0"}, "runs": {**_list(_RUN, 1), "maxItems": 1}}
)
