"""What the command `admin` takes: its actions and their arguments."""

import argparse
from typing import Final

from bot.domain.administration import discord_id
from bot.domain.limits import MAX_LIMIT, Measure

_LAST: Final = 15
_MAX_LAST: Final = 1000


def add_admin(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command, with `action` in what it reads: show, set, clear, block, unblock, pause, resume, audit."""
    says = "set limits, block members, pause; the bot may be running"
    actions = commands.add_parser("admin", help=says, description=says).add_subparsers(
        metavar="ACTION", required=True, help="what to do"
    )
    limits = actions.add_parser("limits", help="how much may be made in a server")
    _add_limits(limits.add_subparsers(metavar="ACTION", required=True, help="what to do"))
    for name, says in (("block", "keep a member from making videos"), ("unblock", "let a member make videos again")):
        action = _action(actions, name, says)
        action.add_argument("user", type=_id, metavar="USER_ID", help="the member")
        action.add_argument("--server", type=_id, metavar="ID", help="in this server only (default: everywhere)")
    pausing = "accept and send nothing; what is in progress is finished"
    for name, says in (("pause", pausing), ("resume", "end a pause")):
        place = _action(actions, name, says).add_mutually_exclusive_group(required=True)
        place.add_argument("--all", action="store_true", help="everywhere")
        place.add_argument("--server", type=_id, metavar="ID", help="in this server")
    audit = _action(actions, "audit", "print the latest changes, newest first")
    audit.add_argument("--server", type=_id, metavar="ID", help="of this server only (default: all)")
    audit.add_argument("--last", type=_last, default=_LAST, metavar="N", help=f"how many (default: {_LAST})")


def _add_limits(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, says in (
        ("show", "print what is in force, and where it comes from"),
        ("set", "set a limit as the bot's owner: managers can only go below it"),
        ("clear", "remove a limit that the bot's owner has set"),
    ):
        action = _action(actions, name, says)
        if name != "show":
            measures = [each.value for each in Measure]
            action.add_argument("measure", choices=measures, metavar="MEASURE", help=", ".join(measures))
        if name == "set":
            action.add_argument("limit", type=_limit, metavar="LIMIT", help="videos or seconds; 0 allows none")
        action.add_argument("--server", type=_id, metavar="ID", required=True, help="the server")
        whose = action.add_mutually_exclusive_group()
        whose.add_argument("--member", type=_id, metavar="ID", help="for this member (default: the whole server)")
        whose.add_argument("--role", type=_id, metavar="ID", help="for each member with this role")


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, says: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=says, description=says)
    action.set_defaults(action=name)
    action.add_argument("--no-dotenv", action="store_true", help="ignore .env files", default=argparse.SUPPRESS)
    return action


def _id(text: str) -> int:
    if (found := discord_id(text)) is None:
        raise argparse.ArgumentTypeError(f"{text} is not an id of Discord's, which is a long number")
    return found


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_LIMIT:
        raise argparse.ArgumentTypeError(f"{text} is not a limit: use a whole number from 0 to {MAX_LIMIT}")
    return int(text)


def _last(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MAX_LAST:
        raise argparse.ArgumentTypeError(f"{text} is not a number of changes: use 1 to {_MAX_LAST}")
    return int(text)
