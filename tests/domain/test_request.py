"""What is checked about a wish before anything else."""

import pytest

from bot.domain.errors import DurationOutside, ImageTooLarge, PromptEmpty, PromptTooLong, RatioUnknown, Refusal
from bot.domain.models import PROMPT_MOST, Model, Ratio
from bot.domain.request import Offered, check_request, clean_prompt

MEBIBYTE = 1024 * 1024


def offered(size: int) -> Offered:
    return Offered("https://cdn.test/a.png", "a.png", size)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"prompt": " \n\x00 "}, PromptEmpty()),
        ({"prompt": "\u200b\u200b"}, PromptEmpty()),
        ({"prompt": "\u202e \u3164"}, PromptEmpty()),
        ({"prompt": "\u2800\u0301"}, PromptEmpty()),
        ({"prompt": "x" * (PROMPT_MOST + 1)}, PromptTooLong(PROMPT_MOST + 1, PROMPT_MOST)),
        ({"duration": 3}, DurationOutside(3, 4, 15)),
        ({"duration": 16}, DurationOutside(16, 4, 15)),
        ({"ratio": "21:9"}, RatioUnknown("21:9")),
        ({"offered": offered(10 * MEBIBYTE + 1)}, ImageTooLarge(10 * MEBIBYTE + 1, 10 * MEBIBYTE)),
    ],
)
def test_one_past_a_limit_is_refused(changes: dict[str, object], why: object) -> None:
    wish = {"prompt": "a fox", "model": Model.SEEDANCE_2, "duration": 5, "ratio": Ratio.WIDE, "offered": None}
    with pytest.raises(Refusal) as refused:
        check_request(**{**wish, **changes})
    assert refused.value.why == why


@pytest.mark.parametrize("duration", [4, 15])
@pytest.mark.parametrize("model", list(Model))
@pytest.mark.parametrize("ratio", list(Ratio))
def test_what_is_at_a_limit_is_taken(duration: int, model: Model, ratio: Ratio) -> None:
    request = check_request("x" * PROMPT_MOST, model, duration, ratio, offered(10 * MEBIBYTE))
    assert (request.duration, request.model, request.ratio, len(request.prompt)) == (duration, model, ratio, 6000)


@pytest.mark.parametrize("prompt", ["🦊", "狐", "?", "7", "ع", "e\u0301"])
def test_a_single_sign_is_a_prompt(prompt: str) -> None:
    assert check_request(prompt, Model.SEEDANCE_2, 5, Ratio.WIDE, None).prompt == prompt


def test_a_prompt_keeps_everything_that_can_be_written() -> None:
    text = "**bold** @everyone \u202e 狐狸 🦊 ‎مرحبا\n`code`"
    assert clean_prompt(f" {text}\x00\ud83e ") == text
