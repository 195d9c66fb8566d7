"""Rules on admission: webhooks, admission policies and their bindings."""
