"""Rules on volumes of the cluster."""
