"""The mark of what was made by AI, read as other programs read it: box by box, and as XML."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_PROPERTY = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"


def boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    """List the boxes of an MP4, which end where the file does."""
    found, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        assert size >= 8
        found.append((content[at + 4 : at + 8], content[at + 8 : at + size]))
        at += size
    assert at == len(content)
    return found


def is_marked(path: Path) -> bool:
    """Tell whether the file says once, in XMP, what it is, and in a comment."""
    content = path.read_bytes()
    packets = [body[16:] for kind, body in boxes(content) if kind == b"uuid" and body.startswith(XMP)]
    terms = [
        one.text
        for packet in packets
        for one in ET.fromstring(re.sub(r"<\?.*?\?>", "", packet.decode())).iter(_PROPERTY)  # noqa: S314 - our own
    ]
    return terms == [TERM] and b"Made with AI" in content
