"""From READY to DELIVERED or HELD, and what is said and deleted afterwards."""
