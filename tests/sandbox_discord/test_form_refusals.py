"""What Discord refuses about a message, each with its place in the form."""

from typing import Any

import pytest

from sandbox.discord import DiscordStandIn
from tests.sandbox_discord.bodies import ONE, TWO, V2, button, codes, gallery, row, select, shown, text
from tests.sandbox_discord.conftest import Reply

REFUSED = [
    ({"flags": V2, "content": "x", "components": [text("y")]}, "content", "LEGACY_FIELDS"),
    ({"flags": V2, "embeds": [{"title": "x"}], "components": [text("y")]}, "embeds", "LEGACY_FIELDS"),
    ({"flags": V2, "components": [text("y")] * 41}, "components", "MAX_TOTAL_COMPONENTS"),
    (
        {"flags": V2, "components": [{"type": 17, "components": [text("y")] * 13}] * 3},
        "components",
        "MAX_TOTAL_COMPONENTS",
    ),
    ({"flags": V2, "components": [text("y" * 2001), text("z" * 2000)]}, "components", "DISPLAYABLE_TEXT_SIZE"),
    ({"flags": V2, "components": [{"type": 12, "items": []}]}, "components.0.items", "BAD_LENGTH"),
    ({"flags": V2, "components": [gallery(*["https://a.b/c"] * 11)]}, "components.0.items", "BAD_LENGTH"),
    ({"flags": V2, "components": [gallery("attachment://no.mp4")]}, "components.0.items.0.media.url", "NOT_FOUND"),
    ({"flags": V2, "components": [row(*[button(str(one)) for one in range(6)])]}, "components.0.components", "LENGTH"),
    ({"flags": V2, "components": [row(button("a"), button("a"))]}, "components.0.components.1", "DUPLICATED"),
    ({"flags": V2, "components": [row(button("a" * 101))]}, "components.0.components.0.custom_id", "BAD_LENGTH"),
    ({"flags": V2, "components": [row(button("a", "b" * 81))]}, "components.0.components.0.label", "MAX_LENGTH"),
    ({"flags": V2, "components": [button()]}, "components.0.type", "UNION_TYPE"),
    ({"flags": V2, "components": [text("")]}, "components.0.content", "BAD_LENGTH"),
    ({"flags": V2, "components": [row(select())]}, "components.0.components.0.options", "BAD_LENGTH"),
    ({"flags": V2, "components": [row(select(*[ONE] * 26))]}, "components.0.components.0.options", "BAD_LENGTH"),
    ({"flags": V2, "components": [row(select(ONE, ONE))]}, "components.0.components.0.options.1.value", "DUPLICATED"),
    ({"flags": V2, "components": [row(select(ONE, max_values=2))]}, "components.0.components.0.max_values", "MAX"),
    ({"flags": V2, "components": [row(select(ONE, min_values=2))]}, "components.0.components.0.min_values", "MAX"),
    (
        {"flags": V2, "components": [row(select(ONE | {"default": True}, TWO | {"default": True}))]},
        "components.0.components.0.options",
        "TOO_MANY_DEFAULT",
    ),
    (
        {"flags": V2, "components": [row(select(ONE | {"label": "x" * 101}))]},
        "components.0.components.0.options.0.label",
        "LENGTH",
    ),
    (
        {"flags": V2, "components": [row(select(ONE | {"description": "x" * 101}))]},
        "components.0.components.0.options.0.description",
        "LENGTH",
    ),
    (
        {"flags": V2, "components": [row(select(ONE, placeholder="x" * 151))]},
        "components.0.components.0.placeholder",
        "LENGTH",
    ),
    ({"flags": V2, "components": [row(select(ONE), button())]}, "components.0.components", "WIDTH_EXCEEDED"),
    (
        {"flags": V2, "components": [row({"type": 2, "style": 5, "label": "A", "url": "https://a.b/" + "c" * 501})]},
        "components.0.components.0.url",
        "LENGTH",
    ),
    (
        {"flags": V2, "components": [shown("https://a.b/c.png", "x" * 1025)]},
        "components.0.accessory.description",
        "LENGTH",
    ),
    (
        {
            "flags": V2,
            "components": [{"type": 12, "items": [{"media": {"url": "https://a.b/c"}, "description": "x" * 1025}]}],
        },
        "components.0.items.0.description",
        "LENGTH",
    ),
    ({"content": "x", "attachments": [{"id": "5", "description": "x" * 1025}]}, "attachments.0.description", "LENGTH"),
    (
        {"content": "<@1001>", "allowed_mentions": {"parse": ["users"], "users": ["1001"]}},
        "allowed_mentions",
        "PARSE_EXCLUSIVE",
    ),
    ({"components": [text("y")]}, "components.0.type", "UNION_TYPE"),
    ({"components": [row(button(str(one))) for one in range(6)]}, "components", "MAX_LENGTH"),
    ({"content": "x" * 2001}, "content", "MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "y" * 2001}]}, "embeds", "MAX_EMBED_SIZE"),
    ({"content": "x", "attachments": [{"id": "5"}]}, "attachments.0.id", "NOT_FOUND"),
]


@pytest.mark.parametrize(("body", "path", "reason"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_bad_form_is_refused_with_its_place(
    stand_in: DiscordStandIn, reply: Reply, body: Any, path: str, reason: str
) -> None:
    status, answer = await reply.edit(body)
    stand_in.violations.clear()  # some of these break the description too, and are meant to
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    here = answer["errors"]
    for part in path.split("."):
        here = here[part]
    assert any(reason in one for one in codes(here)), here
    assert reply.use.reply is not None
    assert reply.use.reply.loading
