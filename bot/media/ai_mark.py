"""The mark that a video was made by AI, in each file that we write ourselves: joined, made smaller, repaired.

It is IPTC's ("Photo Metadata", Digital Source Type; the same property in "Video Metadata Hub"), in an XMP packet in a
box of its own ("XMP Specification Part 3", MPEG-4), and a comment that stands among the properties of a file. What the
provider hands over goes out as it is, with whatever provenance (C2PA) stands in it.
"""

from pathlib import Path
from typing import Final

COMMENT: Final = ("-metadata", "comment=Made with AI")
"""What ffmpeg is told where it writes such a file, after `-map_metadata`."""

_SOURCE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_XMP: Final = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
_PACKET: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE}</Iptc4xmpExt:DigitalSourceType>"
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_BOX: Final = (8 + len(_XMP) + len(_PACKET)).to_bytes(4, "big") + b"uuid" + _XMP + _PACKET


def mark(path: Path) -> None:
    """Put the XMP packet at the end of an MP4 that is ours and not in place yet. Blocks: for a thread."""
    with path.open("ab") as file:
        file.write(_BOX)
