"""What it costs to run, and what holds in the long run."""
