"""Where a card can be shared from, and how a copy looks."""

from dataclasses import replace

from bot.domain.chain import NextStep
from bot.domain.origin import Origin
from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.share_problems import CannotShare, ClipGone, NothingToShare, SharedJustNow
from bot.domain.stages import Stage
from bot.ui.clip_links import Attachment
from bot.ui.job_cards import job_card, status_card
from bot.ui.share_texts import gone_card, share_problem_text, thread_name
from tests.languages import ENGLISH
from tests.ui.drawn import labels, parts, words
from tests.ui.jobs import JOB_ID, NOW, REPLY, a_job


def test_what_only_its_owner_sees_is_shared_from_there_and_a_copy_says_whose_it_is():
    private, clip = replace(REPLY, private=True), Attachment(f"seedreel-{JOB_ID}.mp4")

    def drawn(route, **fields):
        return job_card(ENGLISH, a_job(Stage.DELIVERED, **fields), Forecast(), NOW, clip=clip, route=route)

    assert "Share" in labels(drawn(Route.ASKED))
    assert "Share" in labels(drawn(Route.TOKEN, reply=private))
    assert "Share" not in labels(drawn(Route.TOKEN)) + labels(drawn(Route.DIRECT, reply=private))
    with_the_bot = replace(private, guild_id=None)
    assert "Share" not in labels(drawn(Route.ASKED, reply=with_the_bot))
    copy = words(drawn(Route.CHANNEL, share="s" * 20))
    assert f"shared by <@{a_job(Stage.DELIVERED).user_id}>" in copy
    assert "ready" not in copy
    reel = words(drawn(Route.TOKEN, share="s" * 20, reel=("first", JOB_ID)))
    assert f"2 videos, joined by <@{a_job(Stage.DELIVERED).user_id}>" in reel
    # Its choices and its price are those of one of them.
    assert "seedance" in copy
    assert "seedance" not in reel


def test_what_was_joined_is_no_part_and_has_no_button_that_would_make_its_last_part_alone():
    last = a_job(Stage.DELIVERED, parent="p" * 20, part=3, origin=Origin(1, None, step=NextStep.CONTINUE))
    clip = Attachment(f"seedreel-{JOB_ID}.mp4")
    alone = job_card(ENGLISH, last, Forecast(), NOW, clip=clip)
    assert "Part 3 · A new video from the last frame" in words(alone)
    reel = replace(last, share="s" * 20, reel=("first", JOB_ID))
    joined = job_card(ENGLISH, reel, Forecast(), NOW, clip=clip)
    assert "Part 3" not in words(joined)
    assert "last frame" not in words(joined)
    assert labels(joined) == []


def test_a_star_is_seen_on_the_card_that_gives_it():
    done = a_job(Stage.DELIVERED)
    for starred in (True, False, None):
        shown = status_card(ENGLISH, done, Forecast(), NOW, has_clip=True, starred=starred)
        assert ("⭐" in words(shown)) is bool(starred)


def test_where_there_is_a_showcase_a_public_video_can_be_shown_off():
    clip = Attachment(f"seedreel-{JOB_ID}.mp4")
    done = a_job(Stage.DELIVERED)
    assert labels(job_card(ENGLISH, done, Forecast(), NOW, clip=clip, route=Route.TOKEN)) == ["Again", "Edit"]
    shown = job_card(ENGLISH, done, Forecast(), NOW, clip=clip, route=Route.TOKEN, shows_off=True)
    assert labels(shown) == ["Again", "Edit", "Show it off"]
    opened = status_card(ENGLISH, done, Forecast(), NOW, has_clip=True, starred=False, shows_off=True)
    [more] = [part for part in parts(opened) if part["type"] == 3]
    assert [option["value"] for option in more["options"]][-3:] == ["star", "show-off", "delete"]


def test_a_thread_is_named_after_the_video_in_one_line_that_fits():
    assert thread_name(ENGLISH, "A fox\n\nin the snow") == "A fox in the snow"
    assert len(thread_name(ENGLISH, "狐" * 500)) == 100
    assert thread_name(ENGLISH, "") == ENGLISH.text("card.untitled")


def test_each_reason_has_its_sentence_and_names_permissions_as_discord_does():
    missing = CannotShare(33, ("view_channel", "send_messages_in_threads", "attach_files"), by_bot=True)
    told = share_problem_text(ENGLISH, missing)
    assert "I'm missing **View Channel**, **Send Messages in Threads**" in told
    assert "<#33>" in told
    assert "You're missing **Use External Apps**" in share_problem_text(
        ENGLISH, CannotShare(33, ("use_external_apps",), by_bot=False)
    )
    others = [ClipGone(), SharedJustNow(), *(NothingToShare(stage) for stage in (Stage.RENDERING, Stage.FAILED))]
    assert len({share_problem_text(ENGLISH, each) for each in others}) == len(others)


def test_a_clip_that_is_gone_can_be_made_again():
    assert labels(gone_card(ENGLISH, JOB_ID)) == ["Again"]
