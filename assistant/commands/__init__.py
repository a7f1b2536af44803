"""What the command line reads and shows."""
