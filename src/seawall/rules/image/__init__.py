"""Rules on the images that containers run."""
