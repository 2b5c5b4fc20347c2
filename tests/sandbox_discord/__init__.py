"""The stand-in for Discord, driven by the real discord.py and by raw requests."""
