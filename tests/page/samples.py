"""Things that Discord would show: a server, its commands, messages and their parts."""

from datetime import UTC, datetime

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0).timestamp()
V2 = 1 << 15
BOT = {"id": "900", "username": "Seedreel", "bot": True}
MARA = {"id": "1001", "username": "Mara"}
TOMAS = {"id": "1002", "username": "Tomas"}

VIDEO = {
    "id": "5001",
    "name": "video",
    "type": 1,
    "description": "Make a video from a prompt",
    "options": [
        {"type": 4, "name": "duration", "description": "Seconds of video", "min_value": 4, "max_value": 15},
        {"type": 3, "name": "prompt", "description": "What happens in it", "required": True, "max_length": 6000},
        {"type": 11, "name": "image", "description": "The first frame"},
        {
            "type": 3,
            "name": "ratio",
            "description": "Its shape",
            "choices": [
                {"name": name, "value": name.split(" ")[0]} for name in ("16:9", "9:16", "1:1 · square", "4:3")
            ],
        },
    ],
}
STATUS = {
    "id": "5002",
    "name": "status",
    "type": 1,
    "description": "My running videos",
    "options": [{"type": 3, "name": "job", "description": "One of them", "autocomplete": True}],
}
HISTORY = {
    "id": "5003",
    "name": "history",
    "type": 1,
    "description": "Everything I made",
    "options": [{"type": 3, "name": "search", "description": "Words of the prompt"}],
}
ASSETS = {
    "id": "5004",
    "name": "assets",
    "type": 1,
    "description": "My files",
    "options": [{"type": 1, "name": "list", "description": "List my files", "options": []}],
}
CONTROLS = [
    {"id": "finish", "label": "Finish now", "kind": "button"},
    {"id": "fail", "label": "Provider: fail", "kind": "button"},
    {"id": "refuse", "label": "Provider: refuse the next", "kind": "button"},
    {"id": "slow", "label": "Provider: slow", "kind": "button"},
    {"id": "later", "label": "15 minutes later", "kind": "button"},
    {"id": "restart", "label": "Restart the bot", "kind": "button"},
    {"id": "kill", "label": "Kill the bot", "kind": "button"},
]


def world(**messages):
    """Return what a hello frame holds; keywords "c2001" and so on are a channel's messages."""
    return {
        "members": [
            {"id": "1001", "name": "Mara", "color": "#c2567a"},
            {"id": "1002", "name": "Tomas", "color": "#3f8f8b"},
        ],
        "channels": [
            {"id": "2001", "name": "videos", "kind": "text", "guild": "Film Club"},
            {"id": "2002", "name": "general", "kind": "text", "guild": "Film Club"},
            {"id": "2003", "name": "Seedreel", "kind": "dm"},
        ],
        "commands": [VIDEO, STATUS, HISTORY, ASSETS],
        "messages": {"2001": [], "2002": [], "2003": []} | {key[1:]: value for key, value in messages.items()},
        "bot": {"online": True, "name": "Seedreel", "id": "900"},
        "now": NOW,
        "controls": CONTROLS,
    }


def at(seconds):
    """Return a moment after the stand-in's start, as Discord writes it."""
    return datetime.fromtimestamp(NOW + seconds, UTC).isoformat()


def message(number, *components, after=0.0, author=BOT, **more):
    """Return a message; with components it is one of Components V2."""
    return {
        "id": str(number),
        "channel_id": "2001",
        "author": author,
        "type": 0,
        "content": "",
        "timestamp": at(after),
        "edited_timestamp": None,
        "flags": V2 if components else 0,
        "components": list(components),
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "ephemeral": False,
        "loading": False,
        **more,
    }


def text(content):
    return {"type": 10, "content": content}


def container(*parts, accent=0x5865F2, **more):
    return {"type": 17, "accent_color": accent, "components": list(parts), **more}


def row(*parts):
    return {"type": 1, "components": list(parts)}


def button(label, custom_id, style=2, **more):
    return {"type": 2, "label": label, "custom_id": custom_id, "style": style, **more}


def gallery(*items):
    return {"type": 12, "items": [item if isinstance(item, dict) else {"media": {"url": item}} for item in items]}


def used(command="/video", member="1001"):
    return {"member": member, "command": command}
