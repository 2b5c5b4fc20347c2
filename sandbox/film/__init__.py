"""The films of the stand-in for the provider: what is drawn, and the command that makes a clip of it.

Nothing of the stand-in is imported here: for each film a process of its own begins with this alone.
"""
