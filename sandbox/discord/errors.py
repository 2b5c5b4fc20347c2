"""Refusals of Discord's REST, and those of its client."""

from typing import Any

from sandbox.faults import Answer, status

_KNOWN: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20009: (400, "Explicit content cannot be sent to the desired recipient(s)"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "The limit of follow-up messages for this interaction has been reached"),
    40333: (403, "internal network error"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50024: (400, "Cannot execute action on this channel type"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50045: (400, "File uploaded exceeds the maximum size"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160002: (403, "Cannot reply without permission to read message history"),
    200000: (400, "Message was blocked by automatic moderation"),
    240000: (400, "Message blocked by harmful links filter"),
}


def refusal(code: int, http: int | None = None) -> Answer:
    """Return the fault of a refusal with that code, as Discord words it; `http` in place of its usual status."""
    usual, text = _KNOWN[code]
    more = {"retry_after": 1.0, "global": False} if (http or usual) == 429 else {}
    headers = {"Via": "1.1 google"} | ({"Retry-After": "1"} if more else {})
    return status(http or usual, {"message": text, "code": code} | more, headers)


class DiscordError(Exception):
    """An answer of Discord's REST that is a refusal: HTTP status, Discord's code, its sentence, nested form errors."""

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        text: str | None = None,
        why: str = "",
        more: dict[str, Any] | None = None,
    ) -> None:
        known_status, known_text = _KNOWN.get(code, (400, "Error"))
        self.code = code
        self.status = status or known_status
        self.text = text or known_text
        self.why = why
        self.body: dict[str, Any] = {"message": self.text, "code": code} | (more or {})
        super().__init__(f"{self.status} {code} {self.text} {why}".rstrip())


class DiscordRefused(Exception):
    """What Discord's client or server refuses before anything reaches the bot; `str()` is the sentence shown."""


class FormErrors:
    """Collect what is wrong with a form in Discord's nested shape, and raise 50035 if anything is."""

    def __init__(self, prefix: str = "") -> None:
        self._errors: dict[str, Any] = {}
        self._said: list[str] = []
        self._prefix = [part for part in prefix.split(".") if part]

    def add(self, path: str, code: str, message: str) -> None:
        """Note one mistake at a dotted path such as "components.0.label"."""
        here = self._errors
        for part in [*self._prefix, *(part for part in path.split(".") if part)]:
            here = here.setdefault(part, {})
        here.setdefault("_errors", []).append({"code": code, "message": message})
        self._said.append(f"{path}: {message}")

    def length(self, path: str, value: str, minimum: int, maximum: int) -> None:
        """Note a text whose length in characters lies outside."""
        if maximum < len(value):
            if minimum:
                self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {minimum} and {maximum} in length.")
            else:
                self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")
        elif len(value) < minimum:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {minimum} and {maximum} in length.")

    def required(self, path: str) -> None:
        """Note a missing field."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def raise_if_any(self) -> None:
        """Raise DiscordError 50035 with all that was noted."""
        if self._errors:
            raise DiscordError(50035, why="; ".join(self._said), more={"errors": self._errors})
