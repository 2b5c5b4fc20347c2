"""What a job is, where it stands and what can be asked for. Standard library only, no I/O."""
