"""The bot's own ports, asked as a monitor or a reverse proxy would."""

import re
import socket

import aiohttp


def free_port() -> str:
    """Find a port that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


async def page(port: str, path: str) -> tuple[int, str]:
    """Return the status and the text of one of the bot's pages."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}", timeout=aiohttp.ClientTimeout(total=20)) as answer,
    ):
        return answer.status, await answer.text()


def samples(text: str) -> dict[str, float]:
    """Read a page of metrics: the value of each series; when a series was begun is left out."""
    found = (re.fullmatch(r"([a-z].*) (\S+)", line) for line in text.splitlines())
    return {match[1]: float(match[2]) for match in found if match and "_created" not in match[1]}
