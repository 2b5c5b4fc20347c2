"""What the bot sends in Discord from the background, and how it finds out whether that has arrived.

`replies.DiscordReplies` fulfils the studio's port for jobs, `notices.Notices` those for assets and for requests that
were never accepted. `presenter` draws what they send, with `ui`; `sender` sends it by one route; `card_writer` keeps
one running job's card up to date; `delivery_search` looks for a delivery. All calls go through `discord_api`, which
knows Discord's rate limits and gives each call a time of its own; `api_errors` says what a failed call means, and
`messages` holds the calls themselves.
"""
