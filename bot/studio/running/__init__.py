"""From WAITING to READY: one background task for each job."""
