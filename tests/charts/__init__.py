"""The pictures of charts, as their pixels."""
