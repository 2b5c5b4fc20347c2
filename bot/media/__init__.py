"""Files: downloaded within limits, inspected for what they really are, stored on our disk. Never where they are shown.

`disk_media` is the studio's port, `bucket_media` the same over a store for many. Each of the rest may be
used by what stands above it, and by nothing outside but the app, the doctor and the tests.

| what it is about       | modules                                                                                     |
|------------------------|---------------------------------------------------------------------------------------------|
| what members give      | `inputs` takes a file in, `input_files` stores it, `conversions` chooses a copy of it,      |
|                        | `images` and `recode` make one (`image_child` in its own process)                           |
| finished clips         | `clip_fetch` downloads one, `clips` checks and repairs it, `shrink` makes it fit a limit    |
| what a file is         | `sniff` by its first bytes, `headers` by what it states, `probe` by reading it through      |
|                        | ffmpeg, `images` through Pillow; all give `facts`                                           |
| a store of files       | `bucket`, what is known of it for a while in `bucket_state`, copies of it in `local_copies` |
| for `check`            | `place_check` tries the place where files are kept                                          |
| what it stands on      | `download` and `guard`, `disk`, `file_use` for what several processes share, `bounded`      |
"""
