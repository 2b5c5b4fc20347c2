"""Files: fetched within limits, looked at for what they really are, kept on our disk. Never where they are shown."""
