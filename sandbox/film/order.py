"""Turn drawn layers into H.264: the ffmpeg command for one order. Pure."""

import math
from dataclasses import dataclass
from itertools import pairwise

FPS = 24
"""Frames per second of the provider's results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One clip to be made: pixels, seconds, and the paths of what is read and written.

    `image` and `last` are its first and last frame, `references` the label and picture of each reference. `source` is
    a video that it shows: the first `head` seconds of it as they are, and then a picture of its own; all of it, below
    the title card, where `head` is 0.
    """

    prompt: str
    label: str
    width: int
    height: int
    seconds: int
    folder: str
    out: str
    ffmpeg: str
    image: str = ""
    last: str = ""
    references: tuple[tuple[str, str], ...] = ()
    font: str = ""
    audio: bool = False
    min_bytes: int = 0
    source: str = ""
    head: float = 0.0

    @property
    def edits(self) -> bool:
        """Tell whether it shows all of a video, with a card on it."""
        return bool(self.source) and not self.head

    @property
    def new(self) -> float:
        """Return how many seconds are not of its source."""
        return self.seconds - self.head

    def drift(self, layer: int) -> int:
        """Return how many pixels a hill moves from first frame to last; nearer ones (higher numbers) move more."""
        return round(self.width * 0.012 * math.pow(layer + 1, 1.6) * self.new)


def arguments(order: Order) -> list[str]:
    """Return ffmpeg's arguments."""
    names = _layers(order)
    inputs = [part for name in names for part in ("-i", f"{order.folder}/{name}.png")]
    inputs += ["-i", order.source] if order.source else []
    sound = ["-f", "lavfi", "-i", _CHORD.format(seconds=order.seconds)] if order.audio else []
    graph, film = _graph(order, len(names))
    return [
        *("-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-filter_complex_threads", "1"),
        *inputs, *sound,
        *("-filter_complex", graph, "-map", film),
        *(("-map", f"{len(names) + bool(order.source)}:a", "-c:a", "aac", "-b:a", "96k") if order.audio else ()),
        *("-frames:v", str(order.seconds * FPS), "-r", str(FPS), "-t", str(order.seconds)),
        *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-threads", "1", *_rate(order)),
        *("-movflags", "+faststart", "-f", "mp4", order.out),
    ]  # fmt: skip


def _graph(order: Order, layers: int) -> tuple[str, str]:
    """Return the filters of the film, and what their end is called; its source is the input after its layers."""
    shown = f"[{layers}:v]scale={order.width}:{order.height},setsar=1,fps={FPS},format=yuv420p"
    if order.edits:
        return f"{shown},trim=duration={order.seconds}[shown];{_finish(order, 'shown', 0)}", "[film]"
    graph = _zoomed(order) if order.image else _landscape(order)
    if not order.source:
        return graph, "[film]"
    return f"{shown},trim=duration={order.head}[head];{graph};[head][film]concat=n=2:v=1[whole]", "[whole]"


def _layers(order: Order) -> list[str]:
    if order.edits:
        return ["card"]
    if order.image:
        return ["first", "glow", *(("last",) if order.last else ()), "card"]
    return ["sky", "glow", "hills0", "hills1", "hills2", "card"]


# Tones of their own filter are made ten times as fast as those of an expression.
_CHORD = (
    "sine=110:d={seconds}[low];sine=164.8:d={seconds}[middle];sine=220.5:d={seconds}[high];"
    "[low][middle][high]amix=inputs=3,volume=1.2,afade=d=1"
)


def _rate(order: Order) -> tuple[str, ...]:
    if order.min_bytes:
        bits = round(order.min_bytes * 8 * 1.1 / order.seconds)
        return ("-b:v", str(bits), "-maxrate", str(bits), "-bufsize", str(bits), "-qmin", "1")
    return ("-crf", "21")


def _still(index: int, name: str) -> str:
    return f"[{index}]format=yuva420p,loop=-1:1:0,setpts=N/{FPS}/TB[{name}]"


def _finish(order: Order, picture: str, card: int) -> str:
    """Lay the title card over the picture a moment after its first frame, with a little grain."""
    grain = "noise=alls=90:allf=t+u" if order.min_bytes else "noise=alls=3:allf=t"
    return (
        f"{_still(card, 'still')};[still]fade=in:st=0.35:d=0.7:alpha=1[card];"
        f"[{picture}][card]overlay=0:0:shortest=1,{grain},format=yuv420p,trim=duration={order.new:g}[film]"
    )


def _zoomed(order: Order) -> str:
    frames = round(order.new * FPS)
    zoom = (
        f"[0]zoompan=z='1+0.14*on/{frames}':x='(iw-iw/zoom)*0.55':y='(ih-ih/zoom)*0.4'"
        f":d={frames}:s={order.width}x{order.height}:fps={FPS},format=yuv420p[zoomed]"
    )
    light = (
        f"{_still(1, 'lamp')};[lamp]colorchannelmixer=aa=0.5,fade=in:st=0.1:d=1.2:alpha=1[light];"
        f"[zoomed][light]overlay=x='W*(-0.5+1.1*t/{order.new:g})':y='-h*0.55':shortest=1[lit]"
    )
    if not order.last:
        return ";".join((zoom, light, _finish(order, "lit", 2)))
    ending = (
        f"{_still(2, 'end')};[end]fade=in:st={order.new - 1.6}:d=1.2:alpha=1[over];"
        "[lit][over]overlay=0:0:shortest=1[ended]"
    )
    return ";".join((zoom, light, ending, _finish(order, "ended", 3)))


def _landscape(order: Order) -> str:
    seconds, height = f"{order.new:g}", order.height
    parts = [
        (
            f"[0]format=yuv420p,loop=-1:1:0,setpts=N/{FPS}/TB,"
            f"crop={order.width}:{height}:0:'(ih-oh)*(1-t/{seconds})',trim=duration={seconds}[sky]"
        ),
        f"[sky][1]overlay=x='W*(0.12+0.5*t/{seconds})-w/2+W*0.1':y='H*(0.46-0.2*sin(PI*0.5*t/{seconds}))-h/2'[p0]",
    ]
    # Each hill stands on the picture's lower edge and starts at its left.
    for layer, (before, after) in enumerate(pairwise(["p0", "p1", "p2", "p3"])):
        down = 0.56 + 0.1 * layer
        parts.append(
            f"[{before}][{layer + 2}]overlay=x='-{order.drift(layer)}*t/{seconds}':y={round(height * down)}[{after}]"
        )
    return ";".join((*parts, _finish(order, "p3", 5)))
