"""Which users a message mentions, and which of them it pings."""

import re
from dataclasses import dataclass

from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json

_MAX_NAMED = 100
_PERSON = re.compile(r"<@!?(\d+)>")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Ids of people mentioned, and whether everyone is."""

    people: list[int]
    everyone: bool


def check_allowed_mentions(allowed: Json | None, form: FormErrors) -> None:
    """Note what is wrong with `allowed_mentions`: a kind parsed and named at once, more than 100 named."""
    for kind in ("users", "roles"):
        named = (allowed or {}).get(kind) or []
        if named and kind in ((allowed or {}).get("parse") or []):
            form.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
        if len(named) > _MAX_NAMED:
            form.add(f"allowed_mentions.{kind}", "BASE_TYPE_MAX_LENGTH", f"Must be {_MAX_NAMED} or fewer in length.")


def mentioned(text: str, allowed: Json | None, reply_to: int | None = None) -> Mentioned:
    """Return who a text mentions under `allowed_mentions`; None allows everything. Text in code mentions no one.

    `reply_to` is the author of the message replied to.
    """
    plain = _CODE.sub(" ", text)
    found = list(dict.fromkeys(int(one) for one in _PERSON.findall(plain)))
    everyone = "@everyone" in plain or "@here" in plain
    if allowed is not None:
        parse = allowed.get("parse") or []
        users = {int(one) for one in allowed.get("users") or () if one is not None}
        found = found if "users" in parse else [one for one in found if one in users]
        everyone = everyone and "everyone" in parse
    if reply_to is not None and (allowed is None or allowed.get("replied_user", False)) and reply_to not in found:
        found.append(reply_to)
    return Mentioned(found, everyone)
