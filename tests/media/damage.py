"""Clips as they were seen to come: with every kind of damage that leaves something to be played."""

import struct


def boxes(body: bytes) -> list[tuple[int, int, bytes]]:
    """List begin, length and name of every box."""
    found, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        found.append((at, length, body[at + 4 : at + 8]))
        at += length
    return found


def claiming_more(body: bytes, more: int = 1000) -> bytes:
    """Let the samples' box claim so many bytes too many."""
    at, length, _ = next(box for box in boxes(body) if box[2] == b"mdat")
    return body[:at] + struct.pack(">I", length + more) + body[at + 4 :]


def with_text_behind(body: bytes) -> bytes:
    """Put a line of a cache behind the last box."""
    return body + b"\n<!-- served by cache 17 -->\n"


def beginning_with(body: bytes, name: bytes) -> bytes:
    """Give the first box another name."""
    return body[:4] + name + body[8:]
