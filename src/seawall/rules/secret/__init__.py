"""Rules on credentials in manifests."""
