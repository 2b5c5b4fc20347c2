"""The provider's contract as JSON Schema, for both of its dialects: written from its pages, not from our code.

`SUBMITS` are bodies of "POST /v1/video/generations" and "POST /v1/videos/generations". `FILES` are the files behind
them, each as {role, format, bytes, aspect, sides, seconds}, with the seconds of all videos and of all sounds.
"""

from typing import Any

Schema = dict[str, Any]

MB = 1024 * 1024
_SMALL = ["seedance-2-fast", "seedance-2-mini"]


def _object(properties: Schema, required: list[str], **rules: Any) -> Schema:
    known = {"properties": properties, "required": required, "additionalProperties": False}
    return {"type": "object", **known, **rules}


def _with_role(*roles: str) -> Schema:
    url = {"type": "string", "pattern": r"^(https|asset)://\S+$"}
    return _object({"url": url, "role": {"enum": list(roles)}}, ["url", "role"])


def _at_most(role: str, maximum: int) -> Schema:
    return {"contains": {"properties": {"role": {"const": role}}}, "minContains": 0, "maxContains": maximum}


_MEDIA: Schema = {
    "image_urls": {
        "type": "array",
        "items": {"type": "string", "pattern": r"^(https|asset)://\S+$"},
        "minItems": 1,
        "maxItems": 1,  # only the first is used
    },
    "image_with_roles": {
        "type": "array",
        "minItems": 1,
        "items": _with_role("first_frame", "last_frame", "reference_image"),
        "allOf": [_at_most("first_frame", 1), _at_most("last_frame", 1), _at_most("reference_image", 30)],
    },
    "video_with_roles": {"type": "array", "minItems": 1, "maxItems": 10, "items": _with_role("reference_video")},
    "audio_with_roles": {"type": "array", "minItems": 1, "maxItems": 10, "items": _with_role("reference_audio")},
}
_FEWER: Schema = {  # of every model but the newest
    "properties": {
        "duration": {"maximum": 15, "minimum": 4},
        "image_with_roles": {"allOf": [_at_most("reference_image", 9)]},
        "video_with_roles": {"maxItems": 3},
        "audio_with_roles": {"maxItems": 3},
    }
}


def _has(*fields: str) -> Schema:
    return {"required": list(fields)}


def _lacks(*fields: str) -> Schema:
    return {"not": {"anyOf": [_has(field) for field in fields]}}


_BARE = _lacks(*_MEDIA)
_FIRST_FRAME_BY_URL: Schema = {
    "allOf": [_has("image_urls"), _lacks("image_with_roles", "video_with_roles", "audio_with_roles")]
}
_FRAMES: Schema = {
    "allOf": [_has("image_with_roles"), _lacks("image_urls", "video_with_roles", "audio_with_roles")],
    "properties": {
        "image_with_roles": {
            "items": {"properties": {"role": {"enum": ["first_frame", "last_frame"]}}},
            "contains": {"properties": {"role": {"const": "first_frame"}}},  # no last frame without a first one
        }
    },
}
_LONE_SOUND: Schema = {
    "not": {"anyOf": [_has("image_with_roles"), _has("video_with_roles")]},
    **_has("audio_with_roles"),
}
_REFERENCES: Schema = {
    "anyOf": [_has("image_with_roles"), _has("video_with_roles"), _has("audio_with_roles")],
    "properties": {"image_with_roles": {"items": {"properties": {"role": {"const": "reference_image"}}}}},
    **_lacks("image_urls"),
}
_ONE_MODE: Schema = {"oneOf": [_BARE, _FIRST_FRAME_BY_URL, _FRAMES, _REFERENCES]}

_PUBLIC = {"properties": {"url": {"pattern": "^https://"}}}
_NO_ASSETS: Schema = {
    "properties": {
        "image_urls": {"items": {"pattern": "^https://"}},
        **{field: {"items": _PUBLIC} for field in ("image_with_roles", "video_with_roles", "audio_with_roles")},
    }
}

_PROMPT = {"type": "string", "pattern": r"\S"}
_DURATION = {"type": "integer", "minimum": 4, "maximum": 30}

_VIDEO = _object(
    {
        "model": {"enum": ["seedance-2", "seedance-2-fast"]},
        "prompt": _PROMPT,
        "duration": _DURATION,
        "ratio": {"enum": ["16:9", "9:16", "1:1", "4:3"]},
        **_MEDIA,
    },
    ["model", "prompt", "duration", "ratio"],
    allOf=[_ONE_MODE, _FEWER, {"not": _LONE_SOUND}],
)

_VIDEOS = _object(
    {
        "model": {"enum": ["seedance-2", *_SMALL, "seedance-2-5"]},
        "prompt": _PROMPT,
        "duration": {"anyOf": [_DURATION, {"const": -1}]},  # -1 leaves the length to the provider, and so its price
        "video_operation": {"enum": ["generate", "edit", "extend"]},
        "aspect_ratio": {"enum": ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive"]},
        "resolution": {"enum": ["480p", "720p", "1080p", "4k"]},
        **_MEDIA,
        "generate_audio": {"type": "boolean"},
        "return_last_frame": {"type": "boolean"},
        "seed": {"type": "integer"},
        "tools": {"const": [{"type": "web_search"}]},
        "client_business_id": {"type": "string", "minLength": 1},
        "private_asset_review": {"type": "boolean"},
    },
    ["model", "prompt", "duration", "aspect_ratio", "client_business_id"],
    allOf=[
        _ONE_MODE,
        {
            "if": {"properties": {"model": {"enum": _SMALL}}},
            "then": {"properties": {"resolution": {"enum": ["480p", "720p"]}}},
        },
        {
            "if": {"properties": {"model": {"const": "seedance-2-5"}}},
            "then": {
                "properties": {"resolution": {"enum": ["480p", "720p", "1080p"]}},
                **_lacks("seed"),
                "if": {
                    **_has("image_with_roles"),
                    "properties": {
                        "image_with_roles": {"contains": {"properties": {"role": {"const": "first_frame"}}}}
                    },
                },
                "then": {"properties": {"aspect_ratio": {"const": "adaptive"}}},
            },
            "else": {"allOf": [_FEWER, {"not": _LONE_SOUND}]},
        },
        {"if": _has("tools"), "then": _BARE},
        {
            "if": {**_has("video_operation"), "properties": {"video_operation": {"enum": ["edit", "extend"]}}},
            "then": {
                **_has("video_with_roles"),
                "properties": {"model": {"const": "seedance-2-5"}, "aspect_ratio": {"const": "adaptive"}},
                "if": {"properties": {"video_operation": {"const": "edit"}}},
                "then": {"properties": {"duration": {"const": -1}}},
            },
        },
        {
            "if": {"properties": {"private_asset_review": {"const": True}}, **_has("private_asset_review")},
            "then": {**_NO_ASSETS, "anyOf": [_has(f"{kind}_with_roles") for kind in ("image", "video", "audio")]},
        },
    ],
)

_URL = {"type": "string", "pattern": r"^https://\S+$"}


def _urls(maximum: int) -> Schema:
    return {"type": "array", "items": _URL, "minItems": 1, "maxItems": maximum}


_KLING = _object(
    {
        "model": {"const": "kling-v3-omni"},
        "prompt": _PROMPT,
        "duration": {"type": "integer", "minimum": 3, "maximum": 15},
        "aspect_ratio": {"enum": ["16:9", "9:16", "1:1"]},
        "mode": {"enum": ["std", "pro"]},
        "audio": {"type": "boolean"},
        "video_list": {
            "type": "array",
            "items": _object({"video_url": _URL, "refer_type": {"enum": ["base", "feature"]}}, ["video_url"]),
            "minItems": 1,
            "maxItems": 1,
        },
        "metadata": _object(
            {
                "image_list": {
                    "type": "array",
                    "items": _object(
                        {"image_url": _URL, "type": {"enum": ["first_frame", "end_frame"]}}, ["image_url"]
                    ),
                    "minItems": 1,
                }
            },
            [],
        ),
    },
    ["model", "prompt", "duration", "aspect_ratio", "mode"],
    # `audio` and `video_list` are mutually exclusive.
    allOf=[{"if": _has("video_list"), "then": {"properties": {"audio": {"const": False}}}}],
)
_VEO = _object(
    {
        "model": {"enum": ["Veo3.1-quality-official", "Veo3.1-fast-official"]},
        "prompt": _PROMPT,
        "duration": {"enum": [4, 6, 8]},
        "size": {"enum": ["16:9", "9:16"]},
        "resolution": {"enum": ["720p", "1080p", "4k"]},
        "image_urls": _urls(1),  # only the first is used
        "metadata": _object(
            {"generateAudio": {"type": "boolean"}, "lastFrame": _URL, "referenceImages": _urls(3)},
            [],
        ),
    },
    ["model", "prompt", "duration"],
)
OTHER_SUBMITS = {"kling-v3-omni": _KLING, "Veo3.1-quality-official": _VEO}
"""Of models that are not offered, by their names: the pages "kling-v3-omni" and "Veo3 Official"."""

SUBMITS: dict[str, Schema] = {"video": _VIDEO, "videos": _VIDEOS}
"""By the dialect's name."""

# A container holds whole frames: what was cut to a length plays up to so much more or less; the same model elsewhere
# takes 1.8 to 15.2 s.
_SLACK = 0.2
_SECONDS = {"type": "number", "minimum": 2 - _SLACK, "maximum": 15 + _SLACK}


def _file(role: str, formats: list[str], bytes_: Schema, **rules: Any) -> Schema:
    return {"properties": {"role": {"const": role}, "format": {"enum": formats}, "bytes": bytes_, **rules}}


def _files(first: Schema, last: Schema, reference: Schema) -> Schema:
    images = ["image/jpeg", "image/png", "image/webp"]
    side = {"type": "integer", "minimum": 300, "maximum": 6000}
    looks = {"aspect": {"minimum": 0.4, "maximum": 2.5}, "sides": {"items": side}}
    kinds = [
        _file("first_frame", images, first),
        _file("last_frame", images, last),
        _file("reference_image", images, reference, **looks),
        _file("reference_video", ["video/mp4", "video/quicktime"], {"exclusiveMaximum": 50 * MB}, seconds=_SECONDS),
        _file("reference_audio", ["audio/wav", "audio/mpeg"], {"exclusiveMaximum": 15 * MB}, seconds=_SECONDS),
    ]
    together = {"type": "number", "maximum": 15 + _SLACK}
    files = {"type": "array", "items": {"oneOf": kinds}}
    return _object(
        {"files": files, "video_seconds": together, "audio_seconds": together},
        ["files", "video_seconds", "audio_seconds"],
    )


_TEN = {"maximum": 10 * MB}
_UNDER_THIRTY = {"exclusiveMaximum": 30 * MB}
FILES: dict[str, Schema] = {
    "video": _files(_TEN, _UNDER_THIRTY, _UNDER_THIRTY),
    "videos": _files(_TEN, _TEN, _TEN),  # every one is uploaded first
}
"""By the dialect's name."""
