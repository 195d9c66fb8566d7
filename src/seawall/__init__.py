"""Seawall: Kubernetes security from the cloud to the code, for the whole team."""

__version__ = "0.1.0"
