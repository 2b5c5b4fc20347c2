"""The work on jobs and assets: it speaks only the domain and its own ports.

Each package calls only those to its right: `intake` → `running` → `delivery` → `lifecycle` → `ports`.

| package     | from → to                                                                                     |
|-------------|-----------------------------------------------------------------------------------------------|
| `intake`    | what a member asks for → a WAITING job: who may spend, files, assets, room on the disk, drafts  |
|             | of refused requests, pending replies, home servers' members, other processes of the same bot    |
| `running`   | WAITING → READY: the runner of jobs, the pipeline of one job, input URLs, submits, unclear ones |
| `delivery`  | READY → DELIVERED or HELD: fetch, payload, routes, search; notify; restored jobs; cleaning up   |
| `lifecycle` | what every live job stands on: moves, queue, forecasts, tasks, retries, deadlines, shutdown;    |
|             | posters of clips; what the bot's owner is told, and the watch over their account                |
| `assets`    | characters, assets and verifications; calls `intake.disk_quota`, `running.uploads`, `lifecycle` |
| `history`   | a member's own jobs, listed                                                                   |
| `assembly`  | puts the work on jobs together, for the app and for tests                                     |
| `ports`     | what is needed from outside, as protocols; `storage`, `toapis`, `media`, `replies` fulfil them  |
"""
