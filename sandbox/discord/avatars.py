"""The avatars of people, as the CDN serves them: a letter on the person's colour, drawn when it is asked for."""

import asyncio
import io
from collections.abc import Mapping

from aiohttp import web
from PIL import Image, ImageDraw

from sandbox.discord.model import User
from sandbox.ledger import Ledger

# "Reference", "Image Formatting": any power of two between these.
_SMALLEST, _LARGEST = 16, 4096
_DEFAULT = 256


def avatar_routes(users: Mapping[int, User], ledger: Ledger) -> list[web.RouteDef]:
    """Return the route of the avatars of these people; one that no one has, or has no more, is not found."""

    async def serve(request: web.Request) -> web.StreamResponse:
        matched, size = request.match_info, request.query.get("size", str(_DEFAULT))
        user = users.get(int(matched["user"])) if matched["user"].isdigit() else None
        side = int(size) if size.isdigit() else 0
        found = user is not None and bool(user.avatar) and matched["name"] == f"{user.avatar}.png"
        fits = _SMALLEST <= side <= _LARGEST and not side & (side - 1)
        status = (200 if fits else 400) if found else 404
        ledger.write("cdn", "GET /avatars", name=matched["name"], status=status)
        if user is None or status != 200:
            return web.Response(status=status)
        return web.Response(body=await asyncio.to_thread(_drawn, user, side), content_type="image/png")

    return [web.get("/avatars/{user}/{name}", serve)]


def _drawn(user: User, side: int) -> bytes:
    picture = Image.new("RGB", (side, side), user.color)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((side // 6, side // 6, side - side // 6, side - side // 6), outline="white", width=max(1, side // 32))
    pen.text((side // 2, side // 2), user.name[:1], fill="white", anchor="mm", font_size=side // 2)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
