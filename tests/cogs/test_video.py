"""`/video`: what is typed reaches the studio, and what is wrong reaches only the member."""

from dataclasses import replace

import pytest

from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal, Restarting, TooManyWaiting
from bot.domain.media import Kind, Role
from bot.domain.media_problems import MediumBroken
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.request import AssetInput, RequestDraft
from bot.toapis import model_table
from bot.ui.problem_texts import problem_text
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.uploads import Upload
from sandbox.faults import Reset
from tests.cogs.app import gives_back
from tests.cogs.fakes import MARA, VIDEOS, an_asset
from tests.languages import ENGLISH

PICTURE = Upload("fox.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "image/png")


async def test_a_request_with_the_defaults_is_submitted(app):
    use = await app.member("Mara").use("/video", prompt="a fox in the snow")
    draft, user_id, interaction_id, reply = await app.asked(app.intake, "submit")
    assert draft == RequestDraft("a fox in the snow", Model.SEEDANCE_2, 5, Ratio.WIDE)
    assert (user_id, str(interaction_id)) == (MARA, use.id)
    assert use.reply.loading
    assert not use.reply.ephemeral
    assert (str(reply.message_id), reply.channel_id, reply.private) == (use.reply.id, VIDEOS, False)


async def test_every_option_reaches_the_studio(app):
    options = {"prompt": "un renard 🦊 في الثلج", "duration": 15, "ratio": "9:16", "model": "seedance-2-fast"}
    await app.member("Mara").use("/video", image=PICTURE, **options)
    draft, *_ = await app.asked(app.intake, "submit")
    assert (draft.prompt, draft.duration) == (options["prompt"], 15)
    assert (draft.ratio, draft.model) == (Ratio.TALL, Model.SEEDANCE_2_FAST)
    (image,) = draft.files
    assert (image.name, image.size, image.role) == ("fox.png", len(PICTURE.data), Role.FIRST_FRAME)
    assert image.url.startswith(app.discord.url)


async def no_check(_caller, _draft) -> None:
    """Take what no request can have together."""


async def test_every_medium_reaches_the_studio_with_its_role_and_option(app):
    files = {"image": Role.FIRST_FRAME, "last_frame": Role.LAST_FRAME, "reference": None, "reference_3": None}
    assets = {"image_asset": Role.FIRST_FRAME, "last_frame_asset": Role.LAST_FRAME, "asset": None, "asset_2": None}
    app.intake.check = no_check
    uploads = {name: replace(PICTURE, name=f"{name}.png") for name in files}
    await app.member("Mara").use("/video", prompt="a fox", **uploads, **{name: f"my {name}" for name in assets})
    draft, *_ = await app.asked(app.intake, "submit")
    assert [(file.option, file.name, file.role) for file in draft.files] == [
        (name, f"{name}.png", role) for name, role in files.items()
    ]
    assert draft.assets == tuple(AssetInput(f"my {name}", role, name) for name, role in assets.items())


async def test_every_mistake_is_told_at_once(app):
    use = await app.member("Mara").use(
        "/video", unchecked=True, prompt=" ", duration=16, last_frame=PICTURE, reference=PICTURE
    )
    told = (await use.replied()).content
    for words in (
        "these 4 things",
        "prompt is empty",
        "16 seconds",
        "add a first frame",
        "either frames or references",
    ):
        assert words in told
    assert app.intake.calls("submit") == []


async def test_my_assets_are_offered_where_i_am(app):
    app.asset_lookup.assets = [an_asset("Kira"), an_asset("Rain", Kind.AUDIO)]
    choices = await app.member("Mara").complete("/video", "asset", asset="ki", prompt="a fox")
    assert choices == [{"name": "Kira · image", "value": app.asset_lookup.assets[0].id}]
    assert app.asset_lookup.calls("usable") == [[MARA, 2001, "ki"]]
    await app.member("Mara").complete("/video", "image_asset", channel="dm")
    assert app.asset_lookup.calls("usable")[1] == [MARA, None, ""]


async def test_assets_that_cannot_be_looked_up_can_still_be_typed(app, caplog):
    app.asset_lookup.fails["usable"] = RuntimeError("the lookup broke")
    use = app.member("Mara").completing("/video", "asset_3", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
    assert "the lookup broke" in caplog.text


class TestVideos:
    """The wider dialect."""

    @pytest.fixture
    def catalogue(self):
        return model_table.catalogue(Dialect.VIDEOS)

    async def test_its_choices_reach_the_studio(self, app):
        options = {"resolution": "1080p", "sound": False, "seed": 7, "last_picture": True, "web_search": True}
        await app.member("Mara").use("/video", prompt="a fox", ratio="adaptive", **options)
        draft, *_ = await app.asked(app.intake, "submit")
        chosen = RequestDraft(
            "a fox", Model.SEEDANCE_2, 5, Ratio.ADAPTIVE, resolution=Resolution.P1080, sound=False, seed=7
        )
        assert draft == replace(chosen, last_picture=True, web_search=True)

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"model": "seedance-2-fast", "resolution": "4k"}, "Choose `480p` or `720p`, or another model"),
            ({"web_search": True, "asset": "Kira"}, "Web search only works with text-only prompts"),
        ],
    )
    async def test_what_does_not_go_together_is_refused(self, app, options, says):
        use = await app.member("Mara").use("/video", prompt="a fox", **options)
        reply = await use.replied()
        assert says in reply.content
        assert reply.ephemeral

    @pytest.mark.parametrize("seed", [-1, 2**31])
    async def test_a_seed_has_its_limits_in_discord_and_here(self, app, seed):
        with pytest.raises(DiscordRefused):
            await app.member("Mara").use("/video", prompt="a fox", seed=seed)
        use = await app.member("Mara").use("/video", unchecked=True, prompt="a fox", seed=seed)
        assert "0 to 2,147,483,647" in (await use.replied()).content


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"duration": 16}, "can't be 16 seconds long"),
        ({"duration": 3}, "can't be 3 seconds long"),
        ({"ratio": "21:9"}, "`21:9`"),
        ({"ratio": "x" * 3000}, "Choose another aspect ratio"),
        ({"model": "sora"}, "another version"),
        ({"prompt": ""}, "Your prompt is empty"),
        ({"prompt": " \x00\n"}, "Your prompt is empty"),
        ({"prompt": "x" * 7000}, "7,000 characters"),
    ],
)
async def test_what_discord_would_never_send_is_refused_before_anything_happens(app, options, says):
    use = await app.member("Mara").use("/video", unchecked=True, **{"prompt": "a fox", **options})
    reply = await use.replied()
    assert says in reply.content
    assert reply.ephemeral
    assert app.intake.calls("submit") == []


@pytest.mark.parametrize("options", [{"duration": 16}, {"ratio": "21:9"}, {"model": "sora"}, {"prompt": "x" * 6001}])
async def test_discord_itself_knows_the_limits(app, options):
    with pytest.raises(DiscordRefused):
        await app.member("Mara").use("/video", **{"prompt": "a fox", **options})


async def test_a_required_option_that_is_missing_is_answered(app):
    use = await app.member("Mara").use("/video", unchecked=True)
    assert (await use.replied()).ephemeral
    assert app.intake.asked == []


async def test_an_image_whose_stated_size_is_too_large_is_refused_at_once(app):
    large = Upload("large.png", b"0" * (50 * 1024 * 1024 + 1), "image/png")
    use = await app.member("Mara").use("/video", unchecked=True, prompt="a fox", image=large)
    reply = await use.replied()
    assert reply.ephemeral
    assert "over the limit of 50 MB" in reply.content
    assert app.intake.calls("submit") == []


async def test_a_restarting_bot_says_so_privately(app):
    app.intake.fails["check"] = Refusal(Restarting())
    use = await app.member("Mara").use("/video", prompt="a fox")
    reply = await use.replied()
    assert (reply.content, reply.ephemeral) == (gives_back(ENGLISH.text("problem.restarting")), True)


@pytest.mark.parametrize("problem", [MediumBroken("image"), TooManyWaiting(5), NoSpace()])
async def test_a_refusal_after_the_deferral_is_private_and_leaves_nothing_behind(app, problem):
    app.intake.fails["submit"] = Refusal(problem)
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (gives_back(problem_text(ENGLISH, problem)), True)
    await app.removed(use)
    assert app.member("Tomas").sees("videos") == []
    assert app.member("Mara").sees("videos") == [told]


async def test_a_refusal_in_a_direct_message_leaves_nothing_behind_either(app):
    app.intake.fails["submit"] = Refusal(NoSpace())
    use = await app.member("Mara").use("/video", channel="dm", prompt="a fox")
    told = await use.followed()
    assert told.content == gives_back(problem_text(ENGLISH, NoSpace()))
    await app.removed(use)
    assert app.member("Mara").sees("dm") == [told]


async def test_a_reply_is_on_record_from_before_the_deferral_until_it_is_answered(app):
    app.faults.add("POST */callback", Reset.BEFORE)
    use = await app.member("Mara").use("/video", prompt="a fox")
    await app.asked(app.intake, "answered")
    assert [name for name, *_ in app.intake.asked] == ["check", "record_reply", "submit", "answered"]
    interaction_id, reply = app.intake.calls("record_reply")[0]
    assert (str(interaction_id), reply.token, reply.message_id) == (use.id, use.token, None)


@pytest.mark.parametrize("problem", [NoSpace(), None])
async def test_it_is_kept_in_mind_until_the_refusal_was_said(app, problem):
    app.intake.fails["submit"] = Refusal(problem) if problem else RuntimeError("broken")
    use = await app.member("Mara").use("/video", prompt="a fox")
    seen = []

    def heard() -> None:
        if app.intake.calls("answered"):
            seen.append(len(use.followups))
        app.discord.ledger.touch()

    app.intake.heard = heard
    await use.followed()
    await app.discord.ledger.until(lambda: app.intake.calls("answered"))
    assert seen == [1]
