"""YAML and JSON as Kubernetes reads them, with places and edits; knows nothing of Kubernetes."""

from seawall.yamltext.document import Comment, Document
from seawall.yamltext.edit import append, delete, insert, replace
from seawall.yamltext.parts import Broken, Duplicate, Limits
from seawall.yamltext.reader import Reader, read

__all__ = [
    "Broken",
    "Comment",
    "Document",
    "Duplicate",
    "Limits",
    "Reader",
    "append",
    "delete",
    "insert",
    "read",
    "replace",
]
