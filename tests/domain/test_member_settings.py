"""A member's settings: what they say of a request, and what of them gives way."""

import pytest

from bot.domain.defaults import with_defaults
from bot.domain.media import AttachmentInput, Role
from bot.domain.member_settings import NOTHING_SET, Defaults, MemberSettings, Ping, Setting
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Dialect, Model, Ratio, Resolution
from bot.domain.request import RequestDraft, check_draft
from bot.toapis.model_table import catalogue

WIDE, NARROW = catalogue(Dialect.VIDEOS), catalogue(Dialect.VIDEO)
PLAIN = RequestDraft("a fox", DEFAULT_MODEL, 5, DEFAULT_RATIO)
ALL = {"model": "seedance-2-fast", "ratio": "9:16", "duration": "8", "resolution": "480p", "sound": "off"}
EVERY = (Setting.MODEL, Setting.RATIO, Setting.DURATION, Setting.RESOLUTION, Setting.SOUND)


def test_what_is_set_goes_into_a_request_and_what_was_chosen_for_it_wins():
    settings = MemberSettings.read(ALL)
    filled = with_defaults(PLAIN, {Setting.DURATION}, settings, WIDE)
    chosen = (filled.model, filled.ratio, filled.duration, filled.resolution, filled.sound)
    assert chosen == (Model.SEEDANCE_2_FAST, Ratio.TALL, 5, Resolution.P480, False)
    assert filled.defaults == Defaults(tuple(each for each in EVERY if each is not Setting.DURATION))
    assert check_draft(filled, WIDE).defaults == filled.defaults
    assert with_defaults(PLAIN, set(EVERY), settings, WIDE) == PLAIN
    assert with_defaults(PLAIN, (), NOTHING_SET, WIDE) == PLAIN


@pytest.mark.parametrize(
    ("values", "given", "available", "used", "ignored"),
    [
        ({"resolution": "4k", "model": "seedance-2-fast"}, (), WIDE, [Setting.MODEL], [Setting.RESOLUTION]),
        (ALL, (), NARROW, [*EVERY[:3]], [Setting.RESOLUTION, Setting.SOUND]),
        ({"model": "seedance-1", "ratio": "9:16"}, (), WIDE, [Setting.RATIO], [Setting.MODEL]),
        ({"duration": "30"}, (), WIDE, [], [Setting.DURATION]),
        ({"duration": "30", "model": "seedance-2-5"}, (), WIDE, [Setting.MODEL, Setting.DURATION], []),
        ({"duration": "30", "model": "seedance-2-5"}, [Setting.MODEL], WIDE, [], [Setting.DURATION]),
        ({"ratio": "adaptive", "duration": "soon"}, (), NARROW, [], [Setting.RATIO, Setting.DURATION]),
    ],
)
def test_what_does_not_fit_is_left_out_and_makes_no_request_wrong(values, given, available, used, ignored):
    filled = with_defaults(PLAIN, given, MemberSettings.read(values), available)
    assert (list(filled.defaults.used), sorted(filled.defaults.ignored)) == (used, sorted(ignored))
    check_draft(filled, available)


def test_mistakes_of_a_request_stay_its_own():
    wrong = RequestDraft("", DEFAULT_MODEL, 99, DEFAULT_RATIO)
    filled = with_defaults(wrong, {Setting.DURATION}, MemberSettings.read(ALL), WIDE)
    assert (filled.duration, filled.model, filled.defaults.ignored) == (99, Model.SEEDANCE_2_FAST, ())


def test_where_a_frame_decides_the_ratio_none_came_from_the_settings():
    frame = AttachmentInput("https://cdn.test/a", "a.png", 100, Role.FIRST_FRAME, "image")
    draft = RequestDraft("a fox", Model.SEEDANCE_2_5, 5, DEFAULT_RATIO, (frame,))
    filled = with_defaults(draft, {Setting.MODEL}, MemberSettings.read({"ratio": "9:16", "sound": "on"}), WIDE)
    request = check_draft(filled, WIDE)
    assert (request.ratio, request.defaults.used) == (Ratio.ADAPTIVE, (Setting.SOUND,))


def test_settings_are_read_as_they_were_written_and_other_versions_count_as_not_set_or_private():
    written = {**ALL, "private": "on", "ping": "quiet", "language": "de"}
    settings = MemberSettings.read(written)
    assert {setting.value: settings.value(setting) for setting in Setting} == written
    assert all(NOTHING_SET.value(setting) == "" for setting in Setting)
    odd = MemberSettings.read({"private": "sometimes", "ping": "by post", "font": "large"})
    assert (odd.private, odd.ping, odd.unknown) == (True, Ping.CHANNEL, (Setting.PRIVATE, Setting.PING))
