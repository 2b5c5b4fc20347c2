"""Fetch the first frame as the provider does, and judge it by its bytes."""

import asyncio
import io
from dataclasses import dataclass

import aiohttp
from PIL import Image

from sandbox.toapis.errors import invalid

MOST_BYTES = 10 * 1024 * 1024
_MOST_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5, sock_read=10)


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """An image's bytes and its size in pixels."""

    data: bytes
    size: tuple[int, int]


async def fetch_first_frame(client: aiohttp.ClientSession, url: str) -> FirstFrame:
    """Return the image behind a URL: JPEG, PNG or WebP up to 10 MB, whole. Raises Refused otherwise."""
    try:
        async with client.get(url, timeout=_TIMEOUT, max_redirects=3) as answer:
            if answer.status != 200:
                raise invalid(f"Failed to download image_urls[0]: HTTP {answer.status}")
            data = bytearray()
            async for part in answer.content.iter_chunked(65_536):
                data += part
                if len(data) > MOST_BYTES:
                    raise invalid("image_urls[0] is too large. Maximum size is 10MB")
    except (aiohttp.ClientError, TimeoutError) as broken:
        raise invalid("Failed to download image_urls[0]") from broken
    return await asyncio.to_thread(_judged, bytes(data))


def _judged(data: bytes) -> FirstFrame:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise invalid("image_urls[0] has too many pixels")
            picture.load()
            return FirstFrame(data, picture.size)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise invalid("image_urls[0] must be a JPEG, PNG or WEBP image") from broken
