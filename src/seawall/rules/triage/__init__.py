"""What people wrote to accept findings: whether it still holds, is still needed, and says why."""
