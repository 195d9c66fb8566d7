"""Rules on namespaces: Pod Security labels, quotas, isolation."""
