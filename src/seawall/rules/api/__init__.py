"""Rules on what the API server knows and does not know."""
