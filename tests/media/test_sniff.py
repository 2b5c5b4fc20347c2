"""What files begin like."""

import struct

import pytest

from bot.domain.media import Kind, MediaFormat
from bot.media.sniff import find, media_format, name_kind
from tests.media.places import a_picture


def brands(major: bytes, *compatible: bytes) -> bytes:
    content = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(content)) + b"ftyp" + content + struct.pack(">I", 500) + b"meta" + bytes(80)


READ = {
    "GIF": a_picture("GIF"),
    "BMP": a_picture("BMP"),
    "TIFF": a_picture("TIFF"),
    "HEIC": brands(b"heic", b"mif1", b"heic"),
    "AVIF": brands(b"avif", b"mif1", b"miaf"),
    "JP2": a_picture("JPEG2000"),
    "ICO": a_picture("ICO"),
    "ICNS": a_picture("ICNS", (128, 128)),
    "PPM": a_picture("PPM"),
    "QOI": a_picture("QOI"),
    "PCX": a_picture("PCX"),
    "DDS": a_picture("DDS"),
}
FOREIGN = {
    "PDF": b"%PDF-1.7\n%...",
    "ELF": b"\x7fELF\x02\x01\x01" + bytes(60),
    "EXE": b"MZ\x90\x00" + bytes(300),
    "ZIP": b"PK\x03\x04" + bytes(60),
    "CR3": brands(b"crx ", b"isom"),
    "HTML": b"<!DOCTYPE html><title>x</title>",
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "text": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
    "": b"\x00\x01\x02\x03 nobody knows",
}


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (a_picture("JPEG"), MediaFormat.JPEG),
        (a_picture("PNG"), MediaFormat.PNG),
        (a_picture("WEBP"), MediaFormat.WEBP),
        (brands(b"isom", b"iso2", b"avc1", b"mp41"), MediaFormat.MP4),
        (brands(b"mp42", b"mp42"), MediaFormat.MP4),
        (brands(b"M4V ", b"mp42"), MediaFormat.MP4),
        (brands(b"XAVC", b"mp42"), MediaFormat.MP4),
        (struct.pack(">I", 8) + b"free" + brands(b"mp42"), MediaFormat.MP4),
        (brands(b"qt  ", b"qt  "), MediaFormat.MOV),
        (struct.pack(">I", 108) + b"moov" + bytes(100), MediaFormat.MOV),
        (struct.pack(">I", 8) + b"wide" + struct.pack(">I", 99) + b"mdat", MediaFormat.MOV),
        (b"RIFF" + bytes(4) + b"WAVEfmt ", MediaFormat.WAV),
        (b"ID3\x04" + bytes(20), MediaFormat.MP3),
        (b"\xff\xfb\x90\x64" + bytes(20), MediaFormat.MP3),
        (b"\xff\xfa\x90\x64" + bytes(20), MediaFormat.MP3),
        (b"\xff\xf3\x40\xc0" + bytes(20), MediaFormat.MP3),
        (b"\xff\xe3\x40\xc0" + bytes(20), MediaFormat.MP3),
    ],
)
def test_the_providers_formats_are_known_and_named(head: bytes, form: MediaFormat) -> None:
    assert media_format(head) is form
    assert name_kind(head) == form.name


@pytest.mark.parametrize(("name", "head"), FOREIGN.items())
def test_anything_else_is_named(name: str, head: bytes) -> None:
    assert media_format(head) is None
    assert find(head) is None
    assert name_kind(head) == name


@pytest.mark.parametrize(("name", "head"), READ.items())
def test_what_can_be_converted_is_named_with_what_it_can_be(name: str, head: bytes) -> None:
    found = find(head)
    assert found is not None
    assert (found.name, Kind.IMAGE in found.kinds, found.format) == (name, True, None)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "empty"),
        (b"<svg></svg>", "SVG"),
        (b"just some words", "text"),
        ("日本語のテキスト".encode(), "text"),
        ("\ufeffmarked".encode("utf-16"), "text"),
        (brands(b"mif1", b"mif1", b"heic"), "HEIC"),
        (brands(b"mif1", b"mif1", b"avif"), "AVIF"),
        (brands(b"3g2a"), "3GP"),
        (b"\xff\xf1\x50\x80" + bytes(20), "AAC"),
        (b"\xff\xfd\x90\x64" + bytes(20), "MP2"),
        (brands(b"M4A ", b"mp42", b"isom"), "M4A"),
        (brands(b"3gp4", b"isom"), "3GP"),
        (b"\xff\xff\xff\xff" + bytes(20), ""),
        (b"RIFF" + bytes(4) + b"AVI LIST", "AVI"),
    ],
)
def test_near_relations_are_told_apart(head: bytes, name: str) -> None:
    assert (media_format(head), name_kind(head)) == (None, name)


def test_a_letter_cut_in_half_where_the_look_ends_is_still_text() -> None:
    body = ("x" + "日" * 2000).encode()
    assert {name_kind(body[:4096]), name_kind(body[:4095])} == {"text", ""}


@pytest.mark.parametrize("length", range(12))
def test_a_few_bytes_of_anything_are_no_trouble(length: int) -> None:
    for head in (brands(b"isom"), b"RIFF" + bytes(4) + b"WAVE", b"\xff\xfb\x90\x64" + bytes(9), bytes(12)):
        name_kind(head[:length])
    assert media_format(bytes(length)) is None
