import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.job import DeliveryAttempt
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.progress import Forecast
from bot.domain.reply import PublicMessage, Route, ShrunkClip
from bot.domain.stages import AT_PROVIDER, Reason, Stage
from bot.ui import texts
from bot.ui.clip_links import MAX_LINK, Attachment, Link
from bot.ui.job_cards import job_card, status_card
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, buttons, labels, media, parts, words
from tests.ui.jobs import JOB_ID, NOW, REPLY, REQUEST, a_job, any_forecast, any_job

NO_FORECAST = Forecast()
SELECT, GALLERY = 3, 12
urls = st.integers(0, MAX_LINK - 20).map(lambda length: "https://x.example/v" + "s" * length)
links = st.builds(
    Link, st.just("https://x.example/v") | urls, st.none() | st.floats(0, 4e9), st.none() | st.integers(1, 2**40)
)
fitted_clips = st.builds(ShrunkClip, st.integers(1, 2**40), st.integers(2, 8000), st.integers(2, 8000))
clips = st.none() | links | st.builds(Attachment, st.just(f"seedreel-{JOB_ID}.mp4"), st.none() | fitted_clips, links)


@given(any_job, any_forecast, clips, st.none() | st.floats(0, 4e9), st.booleans())
def test_any_card_of_any_job_fits(job, forecast, clip, copy_expires, mention):
    assert_fits(
        job_card(
            ENGLISH, job, forecast, NOW, clip=clip, copy_expires=copy_expires, route=Route.CHANNEL if mention else None
        )
    )


@given(any_job, any_forecast, st.booleans())
def test_any_status_card_fits(job, forecast, has_clip):
    assert_fits(status_card(ENGLISH, job, forecast, NOW, has_clip))


@pytest.mark.parametrize(("length", "on_a_button"), [(512, True), (513, False), (MAX_LINK, False)])
def test_a_link_too_long_for_a_button_stands_in_the_text(length, on_a_button):
    url = "https://x.example/v?sign=".ljust(length, "s")
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, prompt="x" * 6000))
    card = job_card(ENGLISH, job, NO_FORECAST, NOW, clip=Link(url, NOW + 60, 1), copy_expires=NOW, route=Route.CHANNEL)
    assert_fits(card)
    assert [button["url"] for button in buttons(card) if "url" in button] == [url] * on_a_button
    assert (f"[Open the video]({url})" in words(card)) is not on_a_button


def test_a_written_link_cannot_be_ended_by_what_stands_in_it():
    url = "https://x.example/v?sign=" + "s" * 600 + ") @everyone [here](https://bad.example"
    told = words(job_card(ENGLISH, a_job(Stage.DELIVERED), NO_FORECAST, NOW, clip=Link(url)))
    assert "s)%20@everyone%20[here](https://bad.example>\n" in told
    assert "Open the video: <https://x.example/v?sign=" in told


def test_a_signed_link_stands_in_a_text_byte_for_byte():
    url = "https://x.example/%40(1)/v?Signature=qZ%2B0%3A%2b&" + "s" * 600
    assert f"<{url}>" in words(job_card(ENGLISH, a_job(Stage.DELIVERED), NO_FORECAST, NOW, clip=Link(url)))


def test_a_waiting_job_promises_no_start_while_the_provider_does_not_answer():
    told = words(job_card(ENGLISH, a_job(Stage.WAITING), Forecast(place=1, silent=True), NOW))
    assert ENGLISH.text("card.silent") in told
    assert "start automatically" not in told


@given(any_job, any_forecast)
def test_the_same_job_gives_the_same_card(job, forecast):
    assert (
        job_card(ENGLISH, job, forecast, NOW).to_components() == job_card(ENGLISH, job, forecast, NOW).to_components()
    )


@pytest.mark.parametrize("stage", Stage)
def test_every_card_bears_its_short_id_stage_prompt_and_request(stage):
    told = words(job_card(ENGLISH, a_job(stage), NO_FORECAST, NOW))
    title, whose, state, *_ = told.splitlines()
    assert (title, whose) == ("### a fox in the snow", "for <@7>")
    assert state.startswith(f"**{texts.stage_word(ENGLISH, stage)}**")
    assert told.splitlines()[-2:] == ["-# seedance-2 · 5 seconds · 16:9", "-# #k3f9a2"]
    assert "```" not in told


@pytest.mark.parametrize("stage", Stage)
def test_a_price_stands_with_the_request_from_the_first_card_to_the_last(stage):
    told = words(job_card(ENGLISH, a_job(stage, price=Price(500_000, "USD")), NO_FORECAST, NOW))
    assert told.splitlines()[-2] == "-# seedance-2 · 5 seconds · 16:9 · $0.50"


def test_a_waiting_card_says_its_place_and_can_be_cancelled():
    card = job_card(ENGLISH, a_job(Stage.WAITING), Forecast(place=3), NOW)
    assert "number 3 in line" in words(card)
    assert labels(card) == ["Cancel"]


@pytest.mark.parametrize("stage", sorted(AT_PROVIDER))
def test_only_a_waiting_job_can_be_cancelled(stage):
    assert labels(job_card(ENGLISH, a_job(stage), NO_FORECAST, NOW)) == []


def test_no_percent_is_invented_and_no_time_promised():
    told = words(job_card(ENGLISH, a_job(Stage.RENDERING, submitted=NOW - 100), NO_FORECAST, NOW))
    assert "%" not in told
    assert "<t:" not in told


def test_the_providers_percent_and_the_expected_time_are_shown():
    told = words(job_card(ENGLISH, a_job(Stage.RENDERING, percent=50), Forecast(ready_at=NOW + 61.9), NOW))
    assert "**Rendering** ▰▰▰▰▱▱▱▱\N{NO-BREAK SPACE}50%\n" in told
    assert f"<t:{int(NOW) + 61}:R>" in told


def test_silence_is_said_and_promises_no_time():
    told = words(job_card(ENGLISH, a_job(Stage.RENDERING, percent=5), Forecast(ready_at=NOW + 60, silent=True), NOW))
    assert ENGLISH.text("card.silent") in told
    assert "<t:" not in told


@pytest.mark.parametrize(("minutes", "slow"), [(29, False), (31, True)])
def test_a_slow_job_says_so_after_half_an_hour(minutes, slow):
    job = a_job(Stage.RENDERING, submitted=NOW - minutes * 60)
    assert (ENGLISH.text("card.slow") in words(job_card(ENGLISH, job, NO_FORECAST, NOW))) is slow


def test_an_overdue_job_says_that_it_is_asked_for_less_often():
    told = words(job_card(ENGLISH, a_job(Stage.RENDERING, submitted=NOW - 4000), Forecast(overdue=True), NOW))
    assert ENGLISH.text("card.overdue") in told
    assert ENGLISH.text("card.slow") not in told


def test_a_delivered_card_holds_the_clip_and_again():
    card = job_card(ENGLISH, a_job(Stage.DELIVERED), NO_FORECAST, NOW, clip=Attachment(f"seedreel-{JOB_ID}.mp4"))
    assert media(card) == [f"attachment://seedreel-{JOB_ID}.mp4"]
    assert labels(card) == ["Again", "Edit"]


@pytest.mark.parametrize(
    ("job", "ways"),
    [
        (a_job(Stage.FAILED, reason=Reason.GENERATION), ["Again", "Edit"]),
        (a_job(Stage.FAILED, reason=Reason.UNCLEAR), ["Try again (may cost twice)"]),
        (a_job(Stage.CANCELLED, reason=Reason.OWNER), ["Again", "Edit"]),
        (a_job(Stage.FAILED, reason=Reason.INVALID), ["Again", "Edit"]),
        (a_job(Stage.HELD), ["Get the video"]),
    ],
)
def test_every_end_offers_its_ways_on(job, ways):
    assert labels(job_card(ENGLISH, job, NO_FORECAST, NOW)) == ways


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.PRIVACY])
def test_what_is_forbidden_is_offered_to_be_changed_and_not_once_more(reason):
    job = a_job(Stage.FAILED, reason=reason, reply=replace(REPLY, private=True))
    assert labels(job_card(ENGLISH, job, NO_FORECAST, NOW)) == ["Edit"]
    assert labels(status_card(ENGLISH, job, NO_FORECAST, NOW, has_clip=False)) == ["Edit"]


@pytest.mark.parametrize(
    ("age", "changes", "sentence"),
    [
        (700, {"private": True}, ""),
        (800, {"private": True}, "your video comes as a direct message"),
        (800, {"bot_reaches": False}, "your video comes as a direct message"),
        (700, {"attach_files": False}, ""),
        (800, {"attach_files": False}, "isn't ready in 2 minutes, it may come as a direct message"),
        (1000, {"attach_files": False}, "so your video may come as a direct message"),
        (800, {}, ""),
    ],
)
def test_a_reply_that_is_about_to_freeze_can_be_brought_here(age, changes, sentence):
    reply = replace(REPLY, token_at=NOW - age, **changes)
    card = job_card(ENGLISH, a_job(Stage.RENDERING, reply=reply), NO_FORECAST, NOW)
    assert ("Move it here" in labels(card)) is bool(sentence)
    assert sentence in words(card)
    assert ("unless you press" in words(card)) is bool(sentence)


def test_a_clip_that_may_have_arrived_unseen_says_so():
    attempt = DeliveryAttempt(Route.FOLLOW_UP, 22, "nonce", NOW)
    card = job_card(ENGLISH, a_job(Stage.HELD, attempt=attempt), NO_FORECAST, NOW)
    assert "I can't tell whether it arrived" in words(card)
    assert labels(card) == ["Get the video"]


def test_what_hides_its_prompt_shows_all_else():
    job = a_job(Stage.DELIVERED)
    card = words(job_card(ENGLISH, job, NO_FORECAST, NOW, hides_prompt=True))
    assert "filter blocked the prompt" in card
    assert job.request.prompt not in card
    assert job.short in card
    assert "```" not in card
    assert job.request.prompt not in texts.plain(ENGLISH, job, hides_prompt=True)


def test_a_status_card_refreshes_hands_over_and_leads_to_the_message():
    card = status_card(ENGLISH, a_job(Stage.RENDERING), NO_FORECAST, NOW, has_clip=True)
    assert labels(card) == ["Refresh", "Get the video", "Jump to message"]
    assert buttons(card)[-1]["url"] == "https://discord.com/channels/33/22/44"


def test_a_private_job_has_no_link():
    job = a_job(Stage.DELIVERED, reply=replace(REPLY, private=True))
    assert labels(status_card(ENGLISH, job, NO_FORECAST, NOW, has_clip=False)) == ["Again", "Edit"]


async def test_the_library_keeps_no_card_with_buttons():
    await asyncio.sleep(0)
    assert job_card(ENGLISH, a_job(Stage.WAITING), NO_FORECAST, NOW).is_finished()


@pytest.mark.parametrize(("percent", "bar"), [(0, 0), (1, 1), (3, 1), (50, 4), (97, 7), (99, 7), (100, 8)])
def test_a_bar_shows_its_first_percent_and_is_full_at_the_last(percent, bar):
    told = words(job_card(ENGLISH, a_job(Stage.RENDERING, percent=percent), NO_FORECAST, NOW))
    assert f"**Rendering** {'▰' * bar}{'▱' * (8 - bar)}\N{NO-BREAK SPACE}{percent}%" in told.splitlines()


def test_a_long_prompt_is_shortened_in_the_title_and_readable_below_the_video():
    prompt = "A paper boat drifts down a rain gutter past a sleeping cat, then over the edge"
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, prompt=prompt))
    card = job_card(ENGLISH, job, NO_FORECAST, NOW, clip=Attachment("a.mp4"))
    assert words(card).startswith("### A paper boat drifts down a rain gutter past a sleeping cat…\n")
    kinds = [part["type"] for part in parts(card)]
    block = next(at for at, part in enumerate(parts(card)) if "```" in part.get("content", ""))
    assert f"```\n{prompt}\n```" in words(card)
    assert kinds.index(GALLERY) < block


def test_a_prompt_of_signs_alone_has_a_plain_title():
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, prompt="<@7>**||"))
    assert words(job_card(ENGLISH, job, NO_FORECAST, NOW)).startswith("### 7\n")
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, prompt="**||"))
    assert words(job_card(ENGLISH, job, NO_FORECAST, NOW)).startswith("### A video\nfor <@7>\n**Done**\n```\n**||\n```")


@pytest.mark.parametrize(
    ("changes", "route", "told"),
    [
        ({}, None, "for <@7>"),
        ({}, Route.BOT, "for <@7>"),
        ({}, Route.CHANNEL, "<@7> Your video is ready."),
        ({}, Route.FOLLOW_UP, "<@7> Your video is ready."),
        ({}, Route.DIRECT, ""),
        ({"reply": replace(REPLY, private=True)}, Route.TOKEN, ""),
    ],
)
def test_a_card_names_its_requester_once_and_where_others_read_it(changes, route, told):
    card = words(job_card(ENGLISH, a_job(Stage.DELIVERED, **changes), NO_FORECAST, NOW, route=route))
    assert [line for line in card.splitlines() if "<@7>" in line] == [told] * bool(told)


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (
            Origin(9, PublicMessage(33, 22, 55)),
            "for <@7> · Again of <@9>'s video · [Jump to message](https://discord.com/channels/33/22/55)",
        ),
        (Origin(9, PublicMessage(None, 22, 55), edited=True), "for <@7> · Edited from <@9>'s video · [Jump to"),
        (Origin(7), "for <@7> · Again of an earlier video"),
        (Origin(7, edited=True), "for <@7> · Edited from an earlier video"),
    ],
)
def test_a_video_made_from_another_says_whose_and_links_to_it(origin, told):
    line = words(job_card(ENGLISH, a_job(Stage.WAITING, origin=origin), NO_FORECAST, NOW)).splitlines()[1]
    assert line.startswith(told)


def test_the_clip_is_described_by_its_prompt_where_that_is_shown():
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, prompt="x " * 3000))
    for hides, alt in ((False, "x " * 149 + "x…"), (True, "A video")):
        card = job_card(ENGLISH, job, NO_FORECAST, NOW, clip=Attachment("a.mp4"), hides_prompt=hides)
        [gallery] = [part for part in parts(card) if part["type"] == GALLERY]
        assert gallery["items"][0]["description"] == alt


def test_at_most_four_buttons_stand_on_a_card_and_the_rest_in_a_select():
    request = replace(REQUEST, last_picture=True)
    job = a_job(Stage.DELIVERED, request=request, last_picture_url="https://x.example/l.jpg", clip_dies=NOW + 9)
    card = status_card(ENGLISH, job, NO_FORECAST, NOW, has_clip=True)
    assert labels(card) == ["Get the video", "Share", "Jump to message", "Last frame"]
    [select] = [part for part in parts(card) if part["type"] == SELECT]
    assert (select["custom_id"], select["placeholder"]) == (f"seedreel:more:{JOB_ID}", "More…")
    assert [(option["label"], option["value"]) for option in select["options"]] == [
        ("Again", "again"),
        ("Edit", "edit"),
    ]
    few = status_card(
        ENGLISH, a_job(Stage.DELIVERED, reply=replace(REPLY, private=True)), NO_FORECAST, NOW, has_clip=True
    )
    assert labels(few) == ["Get the video", "Share", "Again", "Edit"]
    assert SELECT not in [part["type"] for part in parts(few)]
