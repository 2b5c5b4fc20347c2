"""What every live job stands on: the moves of its stage, the queue, forecasts, tasks, retries and the shutdown."""
