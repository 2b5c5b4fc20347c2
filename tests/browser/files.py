"""Files as a file chooser hands them over."""

import io

from PIL import Image, ImageDraw

from tests.sandbox_toapis.samples import sound, video


def file(name: str, mime_type: str, data: bytes) -> dict:
    return {"name": name, "mimeType": mime_type, "buffer": data}


def picture(name: str, colour: tuple[int, int, int]) -> dict:
    """Make a picture of one colour with a sun in it, 640 pixels wide and 360 high."""
    drawn = Image.new("RGB", (640, 360), colour)
    ImageDraw.Draw(drawn).ellipse((220, 80, 420, 280), (245, 225, 150))
    written = io.BytesIO()
    drawn.save(written, "PNG")
    return file(name, "image/png", written.getvalue())


DAWN = picture("dawn.png", (190, 70, 40))
DUSK = picture("dusk.png", (30, 60, 150))
RUN = file("run.mp4", "video/mp4", video(2.5))
HOWL = file("howl.wav", "audio/wav", sound(2.5))
