"""From READY to DELIVERED or HELD, the notice of the end, and the cleaning up."""
