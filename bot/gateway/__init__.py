"""The connection to Discord's gateway: our own loop around the library's WebSocket.

discord.py reconnects at once whenever a session may be resumed, and every 5 s when it may not: a gateway that takes
every RESUME and closes again is asked tens of thousands of times a minute, and a day's 1 000 IDENTIFYs are gone in 84
minutes. Here each shard waits longer after each connection that ended early, and IDENTIFYs are counted on disk.
"""
