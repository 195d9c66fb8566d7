"""Leaf values; everything may import them, they import nothing of Seawall but its errors."""

from seawall.core.places import Document, Origin, Place, Precision, Problem, Span, Text
from seawall.core.values import (
    NOTHING,
    Affinity,
    Audience,
    Layer,
    LeftOut,
    Path,
    Profile,
    Severity,
    Unknown,
    Verdict,
    Withheld,
    dig,
    items,
    path_text,
)

__all__ = [
    "NOTHING",
    "Affinity",
    "Audience",
    "Document",
    "Layer",
    "LeftOut",
    "Origin",
    "Path",
    "Place",
    "Precision",
    "Problem",
    "Profile",
    "Severity",
    "Span",
    "Text",
    "Unknown",
    "Verdict",
    "Withheld",
    "dig",
    "items",
    "path_text",
]
