"""Which addresses are public. No address here is ever connected to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.media.guard import ForbiddenUrl, check_url, is_allowed_host, is_public

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "162.159.135.233",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:808:808",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "2130706433",
    "0x7f.1",
    "127.1",
    "8.8.8.8:80",
    "[::1]",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everyone_can_reach_is_public(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_nothing_else_is(address) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_an_envelope_is_judged_by_itself(address) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))
    assert not is_public(f"::{address}")


@given(st.ip_addresses())
def test_python_s_own_word_is_never_overruled_towards_public(address) -> None:
    embedded = getattr(address, "ipv4_mapped", None) or str(address).startswith("64:ff9b::")
    if not embedded and is_public(str(address)):
        special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
        assert (address.is_global, special) == (True, False)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "file:///etc/passwd", "data:,x", "gopher://a/", "//a/b", "/a", "http:"]
)
def test_only_http_is_fetched(url) -> None:
    with pytest.raises(ForbiddenUrl):
        check_url(URL(url))


@pytest.mark.parametrize(
    ("url", "allow", "allowed"),
    [
        ("http://127.0.0.1:81/a", {"127.0.0.1"}, True),
        ("http://127.0.0.1:81/a", {"127.0.0.1:81"}, True),
        ("http://127.0.0.1:82/a", {"127.0.0.1:81"}, False),
        ("http://127.0.0.2:81/a", {"127.0.0.1"}, False),
        ("https://Media.Example/a", {"media.example"}, True),
        ("https://media.example/a", {"MEDIA.example:443"}, True),
        ("https://not.media.example/a", {"media.example"}, False),
        ("http://[::1]:81/", {"[::1]:81"}, True),
        ("http://[::1]:81/", {"::1"}, True),
        ("http://a.example/", set(), False),
    ],
)
def test_the_guard_is_lifted_for_named_hosts_only(url, allow, allowed) -> None:
    assert is_allowed_host(URL(url), allow) is allowed
