"""What of a request is to be different when it is made again."""

from dataclasses import dataclass, replace

from bot.domain.models import MAX_PROMPT, Model, Ratio, Resolution
from bot.domain.prompts import edited_prompt
from bot.domain.request import VideoRequest


@dataclass(frozen=True, slots=True)
class Edit:
    """What of a request is to be different when it is made again; `duration` as there, its media stay.

    `shown`: so many characters of a longer prompt were there to be edited; where these stayed as they were, all stays.
    """

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    resolution: Resolution | None = None
    shown: int = MAX_PROMPT

    def of(self, request: VideoRequest) -> VideoRequest:
        """Return the request as edited; a size is only chosen where the dialect has any."""
        return replace(
            request,
            prompt=edited_prompt(request.prompt, self.prompt, self.shown),
            model=self.model,
            duration=self.duration,
            ratio=self.ratio,
            resolution=self.resolution or request.resolution,
        )


@dataclass(frozen=True, slots=True)
class WithoutSound:
    """Only the sound of a request is to be left out when it is made again."""

    def of(self, request: VideoRequest) -> VideoRequest:
        """Return the request without sound, otherwise as it is."""
        return replace(request, sound=False)
