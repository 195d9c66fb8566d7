"""Reads a running cluster: GET requests only, never a write, never a watch, no Secret's values."""
