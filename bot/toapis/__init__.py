"""The provider: its API, translated into the domain once, and when it is called. Never what is done about a result."""
