"""The bot without the provider's rate limits, which a bench must not wait for: `python -m bench.unpaced_bot run`."""

import sys

from bot.__main__ import main
from bot.toapis import api_client

if __name__ == "__main__":
    api_client.SUBMITS_PER_SECOND = api_client.QUERIES_PER_SECOND = 100_000.0
    sys.exit(main(sys.argv[1:]))
