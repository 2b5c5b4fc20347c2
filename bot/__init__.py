"""The map of the house.

Seedreel turns a prompt into an AI video inside Discord: a paid video is never lost, never paid twice,
never posted twice, and never waited for in the dark.

| room      | what lives there                                             | what it may see         |
|-----------|--------------------------------------------------------------|-------------------------|
| `domain`  | the language: request, models, job, progress, errors         | the standard library    |
| `studio`  | the work: accept, queue, produce, deliver, desk, assets      | domain                  |
| `toapis`  | the provider: API client, request bodies, responses, polling | domain, studio's ports  |
| `storage` | SQLite on one thread: migrations, jobs, assets               | domain, studio's ports  |
| `media`   | files: fetch, inspect, frames                                | domain, studio's ports  |
| `replies` | what is sent in Discord from the background                  | ui, domain, studio's ports |
| `gateway` | staying at Discord's gateway: shards, waits, sessions a day    | domain, studio's ports  |
| `recording` | what is exchanged with Discord and the provider, written down | the standard library   |
| `ui`      | how it looks and reads: cards, custom ids, modals, texts     | domain, studio's ports, discord.py |
| `cogs`    | a package beside this one: commands, buttons and forms       | studio, ui, domain      |

`discord_limits` holds Discord's own numbers, for `cogs`, `ui` and `replies`.

`app` is the composition root, the only room that knows every other; `client` is the connection to Discord, and
`connect` stays on it; `config` reads the settings once, by `parse`; `secret` is what nobody may see, `logs` formats
lines without it, and `log_handler` writes them; `heartbeat` tells a health check that the bot works; `doctor` is
`check`, `commands` is `sync`, `copies` are `backup` and `restore`, `console` is what they print, `demo` starts the
stand-ins of `sandbox`, `offering` makes the commands follow the provider's dialect, and `__main__` is the command
line. `sandbox` and `bot` never import each other.
`lint-imports` finds any other arrow (its contracts stand in pyproject.toml; `tests/conventions` runs it).

One job's way: `cogs` parse and call `studio.accept`; `studio.queue` grants the turn; `studio.produce` takes the
job from where it stands to its end, through `toapis`, `media` and `replies`, with every step saved in `storage`
before it is taken.
"""
