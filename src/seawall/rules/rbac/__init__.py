"""Rules on roles, bindings and accounts: who may do what."""
