"""Remember one delivery: which routes are closed, what places take, and in which variant the clip goes."""

from bot.domain.job import DeliveryAttempt
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.studio.delivery import routes
from bot.studio.ports import PlatformLimits

# A clip is made smaller for so many different limits on one way; each may take minutes.
MAX_FITS = 2


class DeliveryState:
    """What was found out on the way so far; `attempt`: where an earlier run of the bot stood, if any.

    `fits` holds what was made of the clip, by limit in bytes; None where nothing could be made.
    """

    def __init__(self, limits: PlatformLimits, attempt: DeliveryAttempt | None = None) -> None:
        self._limits = limits
        self.closed: set[Route] = set(routes.closed_before(attempt.route)) if attempt else set()
        self.fits: dict[int, ShrunkClip | None] = {}
        self._plain = attempt is not None and attempt.variant is Variant.PLAIN
        self._linked = attempt is not None and attempt.variant is Variant.LINK
        self.hides_prompt = attempt is not None and attempt.hides_prompt
        self._learnt: dict[Route, int] = {}
        self._token: str | None = None
        # Once a place took less than it stated, no limit explains anything to its members.
        self.limit_known = True

    def note_reply(self, reply: Reply) -> None:
        """Note where the reply is now: a new token opens the routes that the one before had closed."""
        if reply.token is not None and reply.token != self._token:
            if self._token is not None:
                self.closed -= routes.BY_TOKEN
            self._token = reply.token

    @property
    def linked(self) -> bool:
        """Tell whether this route gets the link, whatever fits."""
        return self._linked

    @property
    def file_form(self) -> Variant:
        """Return the form in which a file goes out."""
        return Variant.PLAIN if self._plain else Variant.FILE

    def limit(self, reply: Reply, route: Route) -> int:
        """Return the largest file that the route is believed to take, in bytes."""
        stated = routes.size_limit(reply, route, self._limits)
        return min(stated, self._learnt.get(route, stated))

    def together(self, route: Route) -> int:
        """Return the largest that all files of one message on the route may be, in bytes."""
        return min(self._limits.request_bytes, self._learnt.get(route, self._limits.request_bytes))

    def close(self, route: Route, *, by_deletion: bool = False, token_over: bool = False) -> None:
        """Close that route for good; the next one starts with the clip itself and its whole card."""
        self.closed.add(route)
        if by_deletion:
            self.closed |= routes.closed_by_deletion()
        if token_over:
            self.closed |= routes.BY_TOKEN
        self._plain = self._linked = self.hides_prompt = False

    def refused(self, attempt: DeliveryAttempt, *, blocked: bool = False) -> None:
        """Note that Discord refuses the card: the plain variant is next, and then another route.

        `blocked`: a filter is at work, and the same without the prompt is next. Where neither form can be covered,
        nothing else goes out: the clip is held for its owner.
        """
        if blocked and not attempt.hides_prompt:
            self.hides_prompt = True
        elif attempt.variant is Variant.FILE and not blocked:
            self._plain = True
        elif attempt.spoiler and not blocked:
            self.closed |= routes.ALL
        else:
            self.close(attempt.route)

    def too_large(self, attempt: DeliveryAttempt, sent: int) -> int | None:
        """Note that the route did not take so many bytes; return the limit to believe from now on.

        None where even a link was too large: then the route is closed.
        """
        if attempt.variant is Variant.LINK:
            self.close(attempt.route)
            return None
        self._linked = len(self.fits) >= MAX_FITS
        self.limit_known = False
        self._learnt[attempt.route] = routes.lower_limit(sent, self._limits)
        return self._learnt[attempt.route]
