"""The provider: what its API says, translated once at the wall, and when it is asked. Never what is done about it."""
