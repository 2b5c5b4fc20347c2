"""From WAITING to READY: the runner of jobs, the pipeline of one job, its input files' URLs, its unclear submits."""
