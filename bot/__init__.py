"""Seedreel turns a prompt into an AI video inside Discord.

A paid video is never lost, never paid twice, never posted twice, and never waited for in the dark.

`docs/architecture.md` shows the way of a job, where each kind of change goes, and what each package may import;
`lint-imports` keeps that (its contracts stand in pyproject.toml).

The words: a *job* is one member's *request* for one video, made of a prompt and *media*; it stands at a *stage*. A
medium is a stored file or an *asset*, which the provider keeps for re-use, of one *character*. A *reply* is our message
that answers a command. The *clip* is the finished video's file; its *delivery* tries one *route* after another. A
*limit* says how much there may be of something. The *caller* is the member behind an interaction.

| package     | what it is                                                            |
|-------------|-----------------------------------------------------------------------|
| `domain`    | the words above as values, and their rules; pure                       |
| `studio`    | the use cases: intake, running, delivery, assets; and its ports        |
| `toapis`    | the provider's API                                                    |
| `storage`   | SQLite on a thread that writes and one that reads                     |
| `media`     | files: download, probe, convert, shrink                               |
| `replies`   | what is sent to Discord from the background                           |
| `gateway`   | staying at Discord's gateway: shards, pauses, sessions a day           |
| `recording` | what is exchanged with Discord and the provider, written to files      |
| `ui`        | cards, forms, custom ids, and every sentence that a member reads       |

`app` composes them; `client` and `connect` are the connection to Discord, `config` and `parse` the settings, `secret`
what no log may show, `logs`, `log_lines` and `log_handler` the log, `heartbeat` the health check, `command_updates` the
commands that follow the provider's dialect, `discord_limits` Discord's own numbers. `__main__` is the command line:
`doctor`, `spending_check` and `live_check` are its `check`, of which each line is a `finding`; `commands` is `sync`,
`copies` are `backup` and `restore`, `demo` starts the stand-ins of `sandbox`, which is a package of its own, as `cogs`
is: the commands, buttons and forms.
"""
