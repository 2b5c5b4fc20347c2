"""What is exchanged with Discord and the provider, written down so that it can be shown to others and replayed.

`docs/recording.md` tells an operator how; `sandbox/replay.py` answers from such a file.
"""
