"""Shape of gateway payloads, both ways."""

from typing import Any

from jsonschema_rs import Draft202012Validator

_ID = {"type": "string", "pattern": "^[0-9]+$"}
_PRESENCE = {
    "type": "object",
    "required": ["status", "afk"],
    "properties": {
        "status": {"enum": ["online", "dnd", "idle", "invisible", "offline", None]},
        "activities": {"type": "array", "items": {"type": "object", "required": ["name", "type"]}},
    },
}
_IDENTIFY = {
    "type": "object",
    "required": ["token", "properties", "intents"],
    "properties": {
        "token": {"type": "string"},
        "properties": {"type": "object", "required": ["os", "browser", "device"]},
        "intents": {"type": "integer", "minimum": 0},
        "compress": {"type": "boolean"},
        "large_threshold": {"type": "integer", "minimum": 50, "maximum": 250},
        "shard": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2},
        "presence": _PRESENCE,
    },
}
_RESUME = {
    "type": "object",
    "required": ["token", "session_id", "seq"],
    "properties": {
        "token": {"type": "string"},
        "session_id": {"type": "string"},
        "seq": {"type": ["integer", "null"]},
    },
}
FROM_BOT: dict[int, Draft202012Validator] = {
    1: Draft202012Validator({"type": ["integer", "null"]}),
    2: Draft202012Validator(_IDENTIFY),
    3: Draft202012Validator(_PRESENCE | {"required": ["since", "activities", "status", "afk"]}),
    6: Draft202012Validator(_RESUME),
    8: Draft202012Validator({"type": "object", "required": ["guild_id"]}),
}
_READY = {
    "type": "object",
    "required": ["v", "user", "guilds", "session_id", "resume_gateway_url", "application"],
    "properties": {
        "v": {"const": 10},
        "guilds": {"type": "array", "items": {"required": ["id", "unavailable"]}},
        "application": {"required": ["id", "flags"]},
        "shard": {"type": "array", "minItems": 2, "maxItems": 2},
    },
}
_ATTACHMENT = {"type": "object", "required": ["id", "filename", "size", "url", "proxy_url", "content_type"]}
_MESSAGE = {
    "type": "object",
    "required": ["id", "channel_id", "author", "content", "timestamp", "attachments", "embeds", "components", "flags"],
    "properties": {"attachments": {"items": _ATTACHMENT}},
}
_INTERACTION = {
    "type": "object",
    "required": [
        "id", "application_id", "type", "data", "channel", "channel_id", "token", "version", "app_permissions",
        "locale", "entitlements", "authorizing_integration_owners", "context", "attachment_size_limit",
    ],
    "properties": {
        "id": _ID,
        "application_id": _ID,
        "channel_id": _ID,
        "guild_id": _ID,
        "type": {"enum": [2, 3, 4, 5]},
        "version": {"const": 1},
        "context": {"enum": [0, 1, 2]},
        "attachment_size_limit": {"type": "integer", "minimum": 1},
        "app_permissions": _ID,
        "member": {"required": ["user", "roles", "joined_at", "permissions", "deaf", "mute", "flags"]},
        "authorizing_integration_owners": {"type": "object", "minProperties": 1, "propertyNames": {"enum": ["0", "1"]}},
        "data": {
            "type": "object",
            "properties": {
                "resolved": {
                    "type": "object",
                    "properties": {
                        "attachments": {"additionalProperties": _ATTACHMENT},
                        "messages": {"additionalProperties": _MESSAGE},
                    },
                }
            },
        },
    },
    "oneOf": [{"required": ["member", "guild_id"]}, {"required": ["user"]}],
    "allOf": [
        {
            "if": {"properties": {"type": {"enum": [2, 4]}}},
            "then": {"properties": {"data": {"required": ["id", "name", "type"]}}},
        },
        {
            "if": {"properties": {"type": {"const": 2}, "data": {"properties": {"type": {"enum": [2, 3]}}}}},
            "then": {"properties": {"data": {"required": ["target_id", "resolved"]}}},
        },
        {
            "if": {"properties": {"type": {"const": 3}}},
            "then": {"required": ["message"], "properties": {"data": {"required": ["custom_id", "component_type"]}}},
        },
        {
            "if": {"properties": {"type": {"const": 5}}},
            "then": {"properties": {"data": {"required": ["custom_id", "components"]}}},
        },
    ],
}  # fmt: skip
EVENTS: dict[str, Draft202012Validator] = {
    "READY": Draft202012Validator(_READY),
    "INTERACTION_CREATE": Draft202012Validator(_INTERACTION),
    "GUILD_CREATE": Draft202012Validator({"required": ["id", "name", "channels", "members", "joined_at"]}),
    "MESSAGE_CREATE": Draft202012Validator({"required": ["id", "channel_id", "author", "content", "timestamp"]}),
}


def wrong_from_bot(payload: Any) -> list[str]:
    """Return what is wrong with a payload the bot sent."""
    if not isinstance(payload, dict) or not isinstance(payload.get("op"), int):
        return ["gateway: a payload without op"]
    validator = FROM_BOT.get(payload["op"])
    if validator is None:
        return [f"gateway: op {payload['op']} is unknown"]
    return [f"gateway op {payload['op']}: {error.message[:200]}" for error in validator.iter_errors(payload.get("d"))]


def wrong_event(name: str, data: Any) -> list[str]:
    """Return what is wrong with an event sent to the bot."""
    validator = EVENTS.get(name)
    found = validator.iter_errors(data) if validator else ()
    return [f"gateway {name}: {'/'.join(map(str, error.instance_path))} {error.message[:200]}" for error in found]
