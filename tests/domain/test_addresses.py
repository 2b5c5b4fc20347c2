"""Addresses stay as their owners wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.addresses import Address, read_address

TARGETS = [
    "/c.mp4?X-Tos-Credential=A%2Fb&Signature=qZ%2B0%3A",
    "/%40%27%28%29/c.mp4",
    "/c.mp4?sign=%2b%3a%e4",
    "/c.mp4?sign=%2B%3A%E4",
    "/a/../b/./c.mp4",
    "//a//c.mp4?",
    "/c.mp4?a=b?c=d&&e",
    "/c(1).mp4?sign='x'*[y]{z}|^`",
    "/c.mp4;v=1,2?a+b=c%20d",
    "/%7Eme/~me?%41=A",
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_stays_as_it_is(target: str) -> None:
    assert read_address(f"https://store.test:8443{target}#part") == Address("https", "store.test:8443", target)
    assert read_address("http://other.test/x?y").follow(f"https://store.test{target}").target == target
    assert read_address("http://other.test/x?y").follow(target) == Address("http", "other.test", target) or (
        target.startswith("//")
    )


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#"), max_size=40))
def test_whatever_can_be_sent_is_sent_as_it_is(rest: str) -> None:
    assert read_address(f"http://h/{rest}").target == f"/{rest}"


def test_what_cannot_stand_in_a_request_line_is_escaped() -> None:
    assert read_address(" https://h/a b/ü?x=\udcff\n").target == "/a%20b/%C3%BC?x=%FF"
    assert read_address("HTTPS://H?a=b") == Address("https", "H", "/?a=b")
    assert read_address("https://me:secret@h:443/a@b").origin == "https://h:443"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("end?a=%2f", "/folder/end?a=%2f"),
        ("../end", "/end"),
        ("./end?", "/folder/end?"),
        ("/end%2B", "/end%2B"),
        ("?b=%3a", "/folder/here?b=%3a"),
        ("#there", "/folder/here?a=%2B"),
        ("//h/end%2b", "/end%2b"),
    ],
)
def test_a_location_is_followed_as_a_browser_follows_it(location: str, target: str) -> None:
    assert read_address("https://h/folder/here?a=%2B").follow(location) == Address("https", "h", target)


@pytest.mark.parametrize(
    "text",
    ["", "h/a", "ftp://h/a", "https://", "https:///a", "https://[", "http://h:x/", "http://h:70000/", "http://a b/"],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert read_address(text) is None
    assert read_address(f"http://h/\x01{text}") is None


@pytest.mark.parametrize("location", ["file:///etc/hostname", "https:", "http://[", "javascript:1"])
def test_a_location_that_leads_nowhere_is_none(location: str) -> None:
    assert read_address("https://h/a").follow(location) is None


def test_a_log_names_the_host_alone() -> None:
    assert read_address("https://store.test:8443/c.mp4?sign=1").host == "store.test"
    assert [read_address(f"http://{host}/a").host for host in ("h", "[::1]:80", "[::1]")] == ["h", "[::1]", "[::1]"]
