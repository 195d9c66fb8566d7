"""YAML and JSON as Kubernetes reads them, with places and edits; knows nothing of Kubernetes."""

from seawall.yamltext.document import Document
from seawall.yamltext.parts import Broken, Duplicate, Limits
from seawall.yamltext.reader import Reader, read

__all__ = ["Broken", "Document", "Duplicate", "Limits", "Reader", "read"]
