"""Every way into the bot: what can lead to a POST does so for a member, and for a stranger nothing does.

The commands are those that Discord was sent, the buttons, selects and forms those of the table of custom ids, which is
the router's; one that this walk does not know how to use fails it.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from bot.domain.limits import Scope
from bot.domain.member_settings import Setting
from bot.domain.models import Model, Ratio
from bot.domain.money import Price
from bot.domain.request import RequestDraft
from bot.ui import custom_ids
from bot.ui.compose_choices import ComposeChoices
from bot.ui.custom_ids import AgreedPrice, AssetOnPage, Consent, CustomId, HistoryPage, ManagedPage, OlderPage
from sandbox.discord import Member, Use
from sandbox.discord.forms import Posted
from sandbox.discord.views import Message
from tests.conventions.source import ROOT
from tests.journeys.pictures import png
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.journeys.test_who_may_spend import refused, settle

Way = Callable[[Member], Awaitable[Use]]

V2 = 1 << 15
PLACE = "hall"
NO_ID = "0" * 20
# The list makes a video of 15 seconds that dear; nothing else here is.
PRICES, DEAR = str(ROOT / "sandbox" / "prices.toml"), Price(1_500_000, "USD")
REFUSED = "Only members of `Film Club` can use me here"
ROWS: dict[str, CustomId[Any]] = {row.name: row for row in vars(custom_ids).values() if isinstance(row, CustomId)}
# Whose press or form makes a video, each of a video of its own: two presses at once on the same one are one.
NEXT = ("extend", "change", "continue")
EDITS = ("form edit", "form edit:takes")
OF_A_VIDEO = ("again", "again:takes", "retry", "silent", *EDITS, "finish", "form extend", "form change")
# The clips here are too small for a first frame.
NOT_YET = frozenset({"form continue"})
VIDEOS = frozenset({"/video", "example", "confirm", "form compose", "form fix", *OF_A_VIDEO})
AT_THE_PROVIDER = frozenset({"/asset create-character", "/asset add", "agree", "consent"})
# Refused to a stranger before anything else: those, what opens a form for them, and what goes on with a person.
MENUS = frozenset({"Animate image", "Animate avatar", "Use as reference"})
# All scenes are asked about before they are made: of a member a draft is kept.
SCENES = frozenset({"form scenes", "again:scenes"})
OPENS_FORM = frozenset(
    {"/compose", "/scenes", *SCENES, "edit", "edit:takes", "edit:scenes", "fix", "make", "addfiles", *NEXT, *MENUS}
)
SPENDING = VIDEOS | NOT_YET | AT_THE_PROVIDER | OPENS_FORM | {"/asset import", "verify:open", "verify:again"}
# After it nothing is left of what the other ways go by.
LAST = "forgotten"
OPTIONS: Mapping[str, Any] = {
    "prompt": "a fox from a command",
    "id": "asset-1",
    "measure": "seconds-a-day",
    "limit": 100_000,
}
# Of a text, a whole number, a switch, a member, and a file.
OF_KIND: Mapping[int, Any] = {3: "Kim", 4: 5, 5: True, 6: 1001, 11: png()}


def ways(scene: Scene, sources: Mapping[str, str]) -> dict[str, Way]:
    """List every way in by its name: commands as Discord has them, then presses, then forms."""
    found: dict[str, Way] = {}
    for command in scene.discord.commands.all():
        if command["type"] != 1:
            found[command["name"]] = using_menu(command)
            continue
        found |= {f"/{path}": using(f"/{path}", one.get("options", ())) for path, one in subcommands(command)}
    found |= {name: pressing(scene, name, sources) for name in ROWS if name not in {"compose", "scenes"}}
    choices = ComposeChoices(RequestDraft("", Model.SEEDANCE_2, 4, Ratio.WIDE))
    chosen = {"duration": ["4"], "ratio": ["16:9"], "model": ["seedance-2"], "resolution": ["480p"]}
    found["form compose"] = sending(custom_ids.COMPOSE.encode(choices), {"prompt": "a fox from a form"})
    fixed = {"prompt": "a fixed fox", "duration": ["4"]}
    found["form fix"] = sending(custom_ids.FIX.encode(sources["form fix"]), fixed)
    found["form scenes"] = sending(custom_ids.SCENES.encode(choices), {"prompt": "a fox wakes\nthe fox runs"})
    for name in EDITS:
        custom_id = ROWS[name.removeprefix("form ")].encode(sources[name])
        found[name] = sending(custom_id, {"prompt": "an edited fox", **chosen})
    for name in NEXT:
        custom_id = ROWS[name].encode(sources.get(f"form {name}", sources["form extend"]))
        found[f"form {name}"] = sending(custom_id, {"prompt": f"{name} a fox", "added": ["1"]})
    return found


def subcommands(command: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List a command, or its subcommands (1) in groups (2), with what each is called by."""
    below = [one for one in command.get("options", ()) if one["type"] in {1, 2}]
    inner = [found for one in below for found in subcommands(one)]
    return [(f"{command['name']} {path}", one) for path, one in inner] if below else [(command["name"], command)]


OF_ANY_VIDEO = (
    *("cancel", "refresh", "clip", "bring", "share", "show-off", "keep"),
    *("star", "unstar", "delete", "overview:cancel", "more"),
)


def remembered(name: str, sources: Mapping[str, str], user: int) -> object:
    """Return what the button of that name remembers."""
    any_video = sources["edit"]
    values: dict[str, object] = {
        **dict.fromkeys(OF_ANY_VIDEO, any_video),
        **{name: sources[name] for name in ("again", "again:takes", "retry", "silent", "edit", "fix", "finish")},
        **dict.fromkeys(("edit:takes", "again:scenes", "edit:scenes"), any_video),
        **dict.fromkeys(NEXT, sources["form extend"]),
        **dict.fromkeys(("make", "addfiles"), sources["fix"]),
        **dict.fromkeys(
            ("overview", "overview:open", "self-test", "forget", "forgotten", "optout", "optin", "export"), user
        ),
        **dict.fromkeys(("page", "open", "starred", "starred:open"), HistoryPage(user, 1, "")),
        **dict.fromkeys(("older", "openold"), OlderPage(any_video, 1, "")),
        **dict.fromkeys(("assets:remove", "assets:removed"), AssetOnPage(NO_ID, 1)),
        **dict.fromkeys(("verify:open", "verify:again", "verify:finished", "discard", "part", "choose"), NO_ID),
        "scenes:rest": NO_ID,
        "deleted": NO_ID,
        "confirm": AgreedPrice(sources["confirm"], DEAR),
        "assets:page": 1,
        "settings": 2,
        "setting": Setting.MODEL,
        "usage": Scope.MEMBER,
        "managed": ManagedPage(2001, 1),
        "managed:cancel": ManagedPage(2001, 1, NO_ID),
        "example": "a fox from an example",
        **dict.fromkeys(("managed", "managed:cancel"), ManagedPage(None, 1, NO_ID)),
        "agree": Consent(1, "", "Kit"),
        "consent": Consent(1, "en-US", "Kat"),
    }
    if name not in values:
        pytest.fail(f"{name} is a new row of custom ids: say here what it remembers, and above whether it spends")
    return values[name]


def using(name: str, described: Any) -> Way:
    """Use a command with its required options."""

    async def use(member: Member) -> Use:
        given = {
            one["name"]: OPTIONS.get(one["name"], OF_KIND[one["type"]]) for one in described if one.get("required")
        }
        return await member.use(name, channel=PLACE, **given)

    return use


def using_menu(command: dict[str, Any]) -> Way:
    """Use a command of the menu of a message with an image, or of the member's own."""

    async def use(member: Member) -> Use:
        on = member if command["type"] == 2 else await member.say("a fox", png(), channel=PLACE)
        return await member.use_on(command["name"], on, channel=PLACE)

    return use


def pressing(scene: Scene, name: str, sources: Mapping[str, str]) -> Way:
    """Press a button with that custom id, on a message of the bot's."""

    async def press(member: Member) -> Use:
        custom_id = ROWS[name].encode(remembered(name, sources, int(member.id)))
        button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id}
        world = scene.discord.world
        form = Posted({"flags": V2, "components": [{"type": 1, "components": [button]}]})
        made = await scene.discord.messages.create(world.channel(PLACE), world.bot.id, form)
        return await member.press(Message(world, scene.discord.cdn, made), custom_id=custom_id)

    return press


def sending(custom_id: str, fields: Mapping[str, Any]) -> Way:
    """Send a form that has been open since the member could still open it."""

    async def send(member: Member) -> Use:
        opened = await member.use("/help", channel=PLACE)
        parts = [{"type": 18, "label": name, "component": component(name, value)} for name, value in fields.items()]
        opened.interaction.modal = {"custom_id": custom_id, "title": "A form", "components": parts}
        return await member.submit(opened, **fields)

    return send


def component(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": 4, "custom_id": name, "style": 2}
    return {"type": 3, "custom_id": name, "options": [{"label": one, "value": one} for one in value]}


def posts(scene: Scene) -> list[str]:
    """Return every POST that has reached the provider."""
    return [entry.route for entry in scene.ledger.of("provider", "POST ")]


async def made(scene: Scene, prompt: str, **options: Any) -> str:
    """Let a member make a video, and return its job's id."""
    card = await scene.video(await scene.mara.use("/video", channel=PLACE, prompt=prompt, duration=4, **options))
    [again] = [one for one in card.pressable() if custom_ids.AGAIN.decode(one["custom_id"])]
    return str(custom_ids.AGAIN.decode(again["custom_id"]))


async def drafted(scene: Scene, prompt: str, row: CustomId[Any] = custom_ids.FIX) -> Any:
    """Have a request refused for its length, or its price asked about; return what the button for it remembers."""
    length = 3 if row is custom_ids.FIX else 15
    use = await scene.tomas.use("/video", unchecked=True, channel=PLACE, prompt=prompt, duration=length)
    assert use.reply is not None
    [remembered] = filter(None, (row.decode(one["custom_id"]) for one in use.reply.pressable()))
    return remembered


@with_script(bot={"HOME_SERVERS": "2001", "TOAPIS_DIALECT": "videos", "PRICES": PRICES, "CONFIRM_ABOVE": "1"})
async def test_no_way_in_leads_a_stranger_to_a_post(scene: Scene) -> None:
    settle(scene)
    home = scene.discord.world.guild("Film Club").members
    # Every server lets both use what is for its managers.
    for guild in scene.discord.world.guilds.values():
        guild.command_members["admin"] = {int(scene.mara.id), int(scene.tomas.id)}
    home.add(int(scene.tomas.id))
    names = ("edit", *OF_A_VIDEO)
    # A draft of a model that extends and changes: all of it can be made of each.
    draft = {"model": "seedance-2-5", "resolution": "480p"}
    sources = dict(
        zip(names, await asyncio.gather(*(made(scene, f"for {name}", **draft) for name in names)), strict=True)
    )
    drafts = [await drafted(scene, f"too short {number}") for number in range(3)]
    dear = [await drafted(scene, f"dear {number}", custom_ids.CONFIRM) for number in range(2)]
    every = ways(scene, {**sources, "fix": drafts[0], "form fix": drafts[1], "confirm": dear[0].draft_id})
    assert every.keys() >= SPENDING
    # A member: what this test takes for a way to a POST is one, and there is no other to a video.
    before = len(scene.paid())
    for name, way in every.items():
        if name != LAST:
            await leads(scene, name, way)
    await made(scene, "the last of all")
    assert len(scene.paid()) == before + len(VIDEOS) + 1
    # A stranger: they have left the home server, and nothing is remembered of them.
    home.discard(int(scene.tomas.id))
    await scene.bot.restart(signal.SIGKILL)
    count = len(posts(scene))
    left = {"fix": drafts[0], "form fix": drafts[2], "confirm": dear[1].draft_id}
    for name, way in ways(scene, {**sources, **left}).items():
        use = await way(scene.tomas) if name != LAST else None
        if use is not None and name in SPENDING:
            await refused(scene, use, REFUSED)
    await every[LAST](scene.tomas)
    assert len(posts(scene)) == count
    await made(scene, "after all")
    assert posts(scene)[count:] == ["POST /v1/videos/generations"]


async def leads(scene: Scene, name: str, way: Way) -> None:
    """Let a member go a way, and wait for its POST where it leads to one."""
    count = len(posts(scene))
    await way(scene.tomas)
    if name in VIDEOS | AT_THE_PROVIDER:
        await scene.until(lambda: len(posts(scene)) > count, f"a POST after {name}")
