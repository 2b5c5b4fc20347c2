"""What an operator's monitoring asks over HTTP: whether the bot lives, whether it is ready, and what it has counted.

Each port that is opened here answers its own few paths, and 404 to everything else.
"""
