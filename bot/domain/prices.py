"""What videos cost: the owner's list of prices, by model and resolution.

The provider charges for each second of video, and no answer of its API holds a price, so a list is what the owner has
written down. Pure: `bot.prices_file` reads one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.media import Role
from bot.domain.models import Model, Resolution
from bot.domain.money import Price
from bot.domain.request import VideoRequest


@dataclass(frozen=True, slots=True)
class Rate:
    """What a second costs, in millionths; `with_sound` and `with_video` (a reference) where these cost another sum."""

    plain: int
    with_sound: int | None = None
    with_video: int | None = None

    def of(self, request: VideoRequest) -> int:
        """Return what a second of this video costs at the most: sound that is left to the model counts as asked for."""
        if self.with_video is not None and any(medium.role is Role.REFERENCE_VIDEO for medium in request.media):
            return self.with_video
        if self.with_sound is not None and request.sound is not False:
            return max(self.plain, self.with_sound) if request.sound is None else self.with_sound
        return self.plain


@dataclass(frozen=True, slots=True)
class PriceList:
    """Rates by model and resolution (None: any other), in one currency; without rates no price is known.

    `as_of`: of when they are. `confirm_above`, in millionths: what is dearer is only made once its price was agreed to.
    """

    currency: str = ""
    rates: Mapping[tuple[Model, Resolution | None], Rate] = field(default_factory=dict)
    as_of: date | None = None
    confirm_above: int | None = None

    def knows(self, model: Model, resolution: Resolution | None) -> bool:
        """Tell whether a video of that model and resolution has a price."""
        return (model, resolution) in self.rates or (model, None) in self.rates

    def price(self, request: VideoRequest, seconds: int) -> Price | None:
        """Return the price of so many seconds of a video; None where it is not known."""
        rate = self.rates.get((request.model, request.resolution)) or self.rates.get((request.model, None))
        return None if rate is None else Price(rate.of(request) * seconds, self.currency)

    def asks(self, price: Price | None, agreed: Price | None) -> bool:
        """Tell whether the member has to confirm this price first; `agreed`: the price that they have confirmed."""
        if price is None or self.confirm_above is None or price.amount <= self.confirm_above:
            return False
        return agreed is None or not agreed.covers(price)
