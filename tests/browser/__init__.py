"""The demo, as somebody sees it in a browser."""
