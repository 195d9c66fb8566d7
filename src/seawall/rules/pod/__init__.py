"""Rules about pods and their containers."""
