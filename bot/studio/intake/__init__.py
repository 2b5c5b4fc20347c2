"""From what a member asks for to a WAITING job."""
