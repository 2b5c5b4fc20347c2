"""Stand-ins for the outside world: Discord and the video provider. They know nothing of the bot."""
