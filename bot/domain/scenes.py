"""Scenes: videos one after the other, each of which begins with the last picture of the one before.

Each is a job of its own whose parent is the one before. What is still to come travels with the latest: its prompts, and
the seconds that are reserved for it.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from bot.domain.money import Price
from bot.domain.prompts import clean_prompt, shows_something

MIN_SCENES: Final = 2
MAX_SCENES: Final = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """Which scene a job is, from 1, and the prompts of those `to_come`; `reserved`: seconds of what it counts."""

    number: int
    to_come: tuple[str, ...] = ()
    reserved: int = 0

    @property
    def count(self) -> int:
        """Return how many scenes there are in all."""
        return self.number + len(self.to_come)

    @property
    def left(self) -> int:
        """Return how many are to be made, this one too."""
        return 1 + len(self.to_come)

    def with_reserve(self, seconds_each: int) -> Self:
        """Reserve seconds for the scenes to come."""
        return replace(self, reserved=seconds_each * len(self.to_come))

    def following(self, seconds_each: int) -> Self:
        """Return the scene after this one."""
        return replace(self, number=self.number + 1, to_come=self.to_come[1:], reserved=self.reserved - seconds_each)

    def without_reserve(self) -> Self:
        """Reserve nothing any more."""
        return replace(self, reserved=0)


@dataclass(frozen=True, slots=True)
class ScenesCounted:
    """A form has too few or too many lines, each of which is a scene."""

    given: int
    minimum: int = MIN_SCENES
    maximum: int = MAX_SCENES


@dataclass(frozen=True, slots=True)
class ScenesNotConfirmed:
    """Nothing is made before the member has seen how many scenes, seconds in all, and what price, where it is known."""

    scenes: int
    seconds: int
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class NoScenesLeft:
    """No scene is left to make: there is none, or all are made."""


@dataclass(frozen=True, slots=True)
class SceneGone:
    """One of the scenes that are to be made again was deleted."""


ScenesProblem = ScenesCounted | ScenesNotConfirmed | NoScenesLeft | SceneGone


def scenes_of(text: str) -> list[str]:
    """Read a text with a scene in each line that shows something."""
    lines = (" ".join(clean_prompt(each).split()) for each in text.splitlines())
    return [line for line in lines if shows_something(line)]


def text_of(prompt: str, scene: Scene | None) -> str:
    """Write a scene's prompt and those to come as such a text; the prompt alone where there are none."""
    return "\n".join((prompt, *(scene.to_come if scene else ())))


def total(price: Price | None, scene: Scene | None) -> Price | None:
    """Return the price of a scene together with those to come."""
    return replace(price, amount=price.amount * scene.left) if price and scene else price


def miscounted(prompt: str, scene: Scene | None) -> ScenesCounted | None:
    """Say of a request that its scenes are too few or too many; `prompt`: of the first one, empty where there is none.

    None where they are as many as can be made, or it's no request for scenes.
    """
    if scene is None:
        return None
    given = scene.count if prompt else 0
    return None if MIN_SCENES <= given <= MAX_SCENES else ScenesCounted(given)
