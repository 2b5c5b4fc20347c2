"""The language of the house: what a job is, where it stands, what can be asked for. Standard library only, no I/O."""
