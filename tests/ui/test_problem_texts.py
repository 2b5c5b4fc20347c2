"""Why something cannot be done: one sentence a mistake, and all of them in one message."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import asset_problems as assets
from bot.domain import media_problems as media
from bot.domain import others_media as others
from bot.domain.administration import AboveCeiling, ServerUnknown
from bot.domain.chain import CannotStep, NextStep, NothingLeft, Operation, OperationUnsupported, SourceMissing
from bot.domain.disk_problems import ClipsQuota, FilesQuota, NoSpace
from bot.domain.errors import (
    AlreadyRetried,
    DraftGone,
    DurationOutside,
    Problem,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    SeedOutside,
    TooLateToCancel,
    TooManyWaiting,
    Unsupported,
)
from bot.domain.limits import LimitReached, Measure, Scope
from bot.domain.media import Kind, MediaFormat
from bot.domain.models import Feature
from bot.domain.money import Price, PriceNotConfirmed
from bot.domain.reply import PublicMessage
from bot.domain.scenes import SceneGone, ScenesCounted, ScenesNotConfirmed
from bot.domain.share_problems import (
    AlreadyShown,
    CannotShare,
    CannotShow,
    NoShowcase,
    NothingToJoin,
    NothingToShare,
    NotPublic,
    OtherTakeChosen,
    ReelTooLong,
    StillRunning,
)
from bot.domain.spending import Blocked, MembershipNotKnown, MembersOnly, NotAllowedHere, Paused
from bot.domain.stages import Stage
from bot.ui.problem_texts import problem_text, problems_text
from tests.languages import ENGLISH
from tests.ui.jobs import JOB_ID

MEGA = 1024 * 1024
IMAGES = (MediaFormat.JPEG, MediaFormat.PNG, MediaFormat.WEBP)
FACTS = {
    PromptTooLong: (PromptTooLong(6001, 6000), ["6,001", "6,000"]),
    DurationOutside: (DurationOutside(16, 4, 15), ["16", "4 to 15"]),
    RatioUnknown: (RatioUnknown("@everyone`"), ["`@everyone\u02cb`"]),
    Unsupported: (Unsupported("resolution", "4k", ("480p", "720p")), ["`4k`", "`480p` or `720p`"]),
    SeedOutside: (SeedOutside(-1, 2**31 - 1), ["0 to 2,147,483,647"]),
    TooManyWaiting: (TooManyWaiting(5), ["5"]),
    TooLateToCancel: (TooLateToCancel(Stage.RENDERING), ["can't cancel"]),
    AlreadyRetried: (AlreadyRetried(JOB_ID), ["#k3f9a2"]),
    NoSpace: (NoSpace(12 * MEGA), ["12 MB more disk space"]),
    FilesQuota: (FilesQuota(101 * MEGA, 100 * MEGA), ["101 MB", "limit is 100 MB"]),
    ClipsQuota: (ClipsQuota(201 * MEGA, 200 * MEGA), ["201 MB", "limit is 200 MB"]),
    media.MediumTooLarge: (
        media.MediumTooLarge("image", 11 * MEGA, 10 * MEGA),
        ["`image`", "is 11 MB", "limit is 10 MB"],
    ),
    media.MediumNotAccepted: (
        media.MediumNotAccepted("image", "PDF", IMAGES),
        ["isn't an image", "`PDF`", "a JPEG or PNG"],
    ),
    others.NothingToUse: (others.NothingToUse((Kind.IMAGE,)), ["an image"]),
    others.NoAvatar: (others.NoAvatar(7), ["<@7>"]),
    others.OptedOut: (others.OptedOut(7), ["<@7>"]),
    media.MediumBroken: (media.MediumBroken("reference_2"), ["`reference_2`"]),
    media.MediumNotChecked: (media.MediumNotChecked("image"), ["`image`", "on my side"]),
    media.MediumUnreachable: (media.MediumUnreachable("image"), ["`image`", "attach it again"]),
    media.TooManyPixels: (media.TooManyPixels("image", 20_000, 20_000, 6000), ["20,000 × 20,000", "6,000 pixels"]),
    media.SidesOutside: (media.SidesOutside("image", 200, 7000, 300, 6000), ["200 × 7,000", "300–6,000 pixels"]),
    media.TooFewPixels: (media.TooFewPixels("reference", 320, 240, 409_600), ["320 × 240", "854 × 480"]),
    media.AspectOutside: (media.AspectOutside("image", 3000, 300, 0.4, 2.5), ["3,000 × 300", "2.5 times"]),
    media.LengthOutside: (media.LengthOutside("reference", 20.25, 2, 15), ["20.2 seconds", "2 to 15 seconds"]),
    media.TogetherTooLong: (media.TogetherTooLong(Kind.VIDEO, 16.5, 15), ["videos", "16.5 seconds", "15 seconds"]),
    media.TooManyMedia: (media.TooManyMedia(Kind.AUDIO, 4, 3), ["4 audio", "3"]),
    media.FrameGivenTwice: (media.FrameGivenTwice("image_asset"), ["`image_asset`"]),
    media.NotTogether: (media.NotTogether(Feature.SOUND, Feature.VIDEOS), ["sound and videos"]),
    media.Lacking: (
        media.Lacking(Feature.PROMPT, (Feature.IMAGES, Feature.VIDEOS)),
        ["a prompt needs images or videos"],
    ),
    media.MediaExpired: (media.MediaExpired(30), ["30 days"]),
    media.AssetUnknown: (media.AssetUnknown("Ki`ra"), ["`Ki\u02cbra`"]),
    media.AssetNotReady: (media.AssetNotReady("Kira", failed=False), ["`Kira`", "isn't ready yet"]),
    media.AssetOfOtherKind: (media.AssetOfOtherKind("Kira", Kind.AUDIO, Kind.IMAGE), ["is audio", "an image"]),
    media.AssetNotReviewable: (media.AssetNotReviewable("Kira"), ["`Kira`", "reviewed"]),
    assets.NameInvalid: (assets.NameInvalid(99, 60), ["99", "60"]),
    assets.NameTaken: (assets.NameTaken("Kira"), ["`Kira`"]),
    assets.NoSuchCharacter: (assets.NoSuchCharacter("Kira"), ["`Kira`"]),
    assets.ImportUnknown: (assets.ImportUnknown("a-1", "not `found`"), ["`a-1`", "`not ˋfoundˋ`"]),
    assets.ImportNotActive: (assets.ImportNotActive("a-1", "processing"), ["`a-1`", "processing"]),
    assets.ProviderRefused: (assets.ProviderRefused("too dark"), ["`too dark`"]),
    assets.TooManyAssets: (assets.TooManyAssets(200), ["200"]),
    NotAllowedHere: (NotAllowedHere(("Film Club", "@every`one")), ["only in `Film Club` or `@every\u02cbone`"]),
    MembersOnly: (MembersOnly(("Film Club",)), ["Only members of `Film Club`", "cost nothing"]),
    PriceNotConfirmed: (
        PriceNotConfirmed(Price(1_200_000, "USD")),
        ["costs **$1.20**", "Nothing is sent until you agree"],
    ),
    MembershipNotKnown: (MembershipNotKnown(("Film Club",)), ["a member of `Film Club`", "cost nothing"]),
    Blocked: (Blocked(3), ["this server's managers have blocked you"]),
    ServerUnknown: (ServerUnknown("`film`"), ["`\u02cbfilm\u02cb` isn't a server's id"]),
    AboveCeiling: (AboveCeiling(Measure.DAY, 90, 60), ["90 seconds", "limit is 60 seconds"]),
    Paused: (Paused(3), ["Videos are paused in this server"]),
    NoShowcase: (NoShowcase(), ["no showcase channel", "`/admin showcase-channel`"]),
    NotPublic: (NotPublic(), ["everyone in a server can see"]),
    AlreadyShown: (AlreadyShown(PublicMessage(1, 7, 9)), ["already in <#7>", "https://discord.com/channels/1/7/9"]),
    OtherTakeChosen: (OtherTakeChosen(3), ["Take 3 was kept", "`/history`"]),
    CannotShow: (CannotShow(7), ["couldn't post it in <#7>", "`/admin check`"]),
    CannotShare: (CannotShare(7, ("attach_files",), by_bot=True), ["I'm missing **Attach Files**", "<#7>"]),
    NothingToShare: (NothingToShare(Stage.RENDERING), ["isn't finished yet"]),
    NothingToJoin: (NothingToJoin(), ["wasn't made from another one"]),
    ReelTooLong: (ReelTooLong(16, 300), ["16 videos", "300 seconds"]),
    CannotStep: (CannotStep(NextStep.EXTEND), ["can't be extended", "**Continue**"]),
    NothingLeft: (NothingLeft(28, 30), ["28 seconds", "up to 30", "2 seconds at most"]),
    OperationUnsupported: (OperationUnsupported(Operation.EXTEND), ["can't extend"]),
    SourceMissing: (SourceMissing(Operation.EDIT), ["`video 1`"]),
    ScenesCounted: (ScenesCounted(9), ["9 scenes", "2 to 8"]),
    ScenesNotConfirmed: (ScenesNotConfirmed(3, 12, Price(600_000, "USD")), ["3 scenes, 12 seconds", "$0.60"]),
    SceneGone: (SceneGone(), ["was deleted", "starts new ones"]),
    StillRunning: (StillRunning(Stage.RENDERING), ["can't be stopped"]),
    LimitReached: (
        LimitReached(Scope.MEMBER, Measure.DAY, 60, 3, 8, 1_800_000_000.2),
        ["needs 8 seconds", "3 seconds left of 60 seconds in 24 hours", "<t:1800000001:R>"],
    ),
}
ALL = [FACTS[kind][0] if kind in FACTS else kind() for kind in get_args(Problem)]
OTHERS = [
    media.AssetNotReady("Kira", failed=True),
    media.MediumNotAccepted("image", "", IMAGES),
    media.LengthOutside("reference", 0, 2, 15),
    media.MediumTooLarge("reference", 51 * MEGA, 50 * MEGA - 1),
    DraftGone(was_sent=True),
    Unsupported("seed", ""),
    Unsupported("model", "sora"),
    Unsupported("sound", "off"),
    Unsupported("model", "sora", ("seedance-2", "seedance-2-fast")),
    media.MediumNotAccepted("audio 1", "text", (MediaFormat.MP3, MediaFormat.WAV)),
    assets.NameInvalid(0, 60),
    assets.ImportUnknown("a-1"),
    assets.ProviderRefused(" "),
    NoSpace(),
    NotAllowedHere(()),
    MembersOnly(()),
    MembershipNotKnown(()),
    Blocked(None),
    Paused(None),
    CannotShare(7, ("view_channel", "send_messages_in_threads", "use_external_apps"), by_bot=False),
    NothingToShare(Stage.FAILED),
    NothingToJoin(holds_all=True),
    ScenesNotConfirmed(3, 12),
    StillRunning(Stage.WAITING),
    *(CannotStep(step) for step in NextStep if step is not NextStep.EXTEND),
    NothingLeft(30, 30),
    OperationUnsupported(Operation.EDIT),
    LimitReached(Scope.MEMBER, Measure.MONTH, 5, 3, 8),
    LimitReached(Scope.SERVER, Measure.AT_ONCE, 3, 0, 1),
    LimitReached(Scope.SERVER, Measure.AT_ONCE, 5, 1, 3),
    LimitReached(Scope.SERVER, Measure.DAY, 60, 0, 8, 1_800_000_000.0),
    LimitReached(Scope.TOTAL, Measure.MONTH, 60, 0, 8),
]


@pytest.mark.parametrize("problem", [*ALL, *OTHERS], ids=lambda problem: type(problem).__name__)
def test_every_refusal_is_a_sentence_with_its_facts(problem):
    sentence = problem_text(ENGLISH, problem)
    assert sentence[0].isupper() or sentence[0] == "`"
    assert sentence.endswith((".", "`"))
    assert len(sentence) < 300
    facts = FACTS[type(problem)][1] if problem in ALL and type(problem) in FACTS else []
    assert all(fact in sentence for fact in facts), sentence


@pytest.mark.parametrize("scope", [Scope.MEMBER, Scope.SERVER, Scope.TOTAL])
def test_a_limit_of_0_asks_nobody_to_wait_for_what_will_not_come(scope):
    said = {problem_text(ENGLISH, LimitReached(scope, measure, 0, 0, 1)) for measure in (Measure.DAY, Measure.MONTH)}
    assert len(said) == 1
    assert "limit is 0" in said.pop()
    if scope is not Scope.TOTAL:
        assert "again" not in problem_text(ENGLISH, LimitReached(scope, Measure.AT_ONCE, 0, 0, 1))


@pytest.mark.parametrize(("left", "limit", "waits"), [(0, 3, False), (1, 5, True)])
def test_takes_that_do_not_fit_wait_for_others_only_where_they_ever_fit(left, limit, waits):
    said = problem_text(ENGLISH, LimitReached(Scope.MEMBER, Measure.AT_ONCE, limit, left, 4))
    assert said.startswith(f"These are 4 videos, and you can have {limit} in progress at a time. Ask for fewer.")
    assert ("when others are done" in said) is waits


def test_no_two_refusals_read_the_same():
    sentences = [problem_text(ENGLISH, problem) for problem in [*ALL, *OTHERS]]
    assert len(set(sentences)) == len(sentences)


def test_a_model_that_is_not_offered_is_named_with_those_that_are():
    # It's on the list, for another model.
    assert problem_text(ENGLISH, Unsupported("format", "mov")) == problem_text(ENGLISH, Unsupported("format", ""))
    told = problem_text(ENGLISH, Unsupported("model", "sora", ("seedance-2", "seedance-2-fast")))
    assert told == "The model `sora` isn't available here. Choose `seedance-2` or `seedance-2-fast`."


def test_what_cannot_be_read_is_named_beside_what_can():
    sound = media.MediumNotAccepted("audio 1", "text", (MediaFormat.MP3, MediaFormat.WAV))
    assert problem_text(ENGLISH, sound) == "`audio 1` isn't audio I can use; it looks like a text file. Try an MP3."
    document = media.MediumNotAccepted("image", "PDF", IMAGES)
    assert "`image` isn't an image I can use; it looks like `PDF`. Try" in problem_text(ENGLISH, document)
    anything = media.MediumNotAccepted("reference", "", tuple(MediaFormat))
    assert problem_text(ENGLISH, anything) == (
        "`reference` can't be read as an image, a video, or audio. Try a JPEG or PNG, an MP4, or an MP3."
    )


def test_the_long_side_is_compared_whichever_it_is():
    told = [
        problem_text(ENGLISH, media.AspectOutside("image", *sides, 0.4, 2.5)) for sides in ((3000, 300), (300, 3000))
    ]
    assert all("at most 2.5 times the short side" in each for each in told)


def test_a_limit_just_under_a_round_number_reads_as_that():
    assert "is 51 MB; the limit is 50 MB" in problem_text(ENGLISH, OTHERS[3])
    hardly = problem_text(ENGLISH, media.MediumTooLarge("image", 50 * MEGA, 50 * MEGA - 1))
    assert hardly == "`image` is just over the limit of 50 MB. Please use a smaller file."


def test_one_mistake_is_its_sentence_alone():
    assert problems_text(ENGLISH, [PromptEmpty()]) == problem_text(ENGLISH, PromptEmpty())
    assert problems_text(ENGLISH, [PromptEmpty(), PromptEmpty()]) == problem_text(ENGLISH, PromptEmpty())


def test_several_mistakes_are_a_list_of_their_sentences():
    problems = [PromptEmpty(), media.LastWithoutFirst(), DurationOutside(16, 4, 15)]
    head, *lines = problems_text(ENGLISH, problems).splitlines()
    assert head == "Please fix these 3 things:"
    assert lines == [f"- {problem_text(ENGLISH, problem)}" for problem in problems]


@given(st.lists(st.sampled_from([*ALL, *OTHERS]), min_size=2), st.integers(600, 2000))
def test_however_many_they_fit_and_what_is_left_out_is_counted(problems, room):
    told = problems_text(ENGLISH, problems, room)
    assert len(told) <= room
    shown = told.count("\n- ")
    left = len({problem_text(ENGLISH, problem) for problem in problems}) - shown
    assert told.endswith(f"… and {left} more.") is (shown > 0 and left > 0)
