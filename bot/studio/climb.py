"""One job's way along the ladder: which rungs are closed, what places take, and in which form the clip goes."""

from bot.domain.job import Drop
from bot.domain.reply import Fitted, Form, Reply, Rung
from bot.studio import ladder

# A clip is made smaller for so many different limits on one way; each may take minutes.
FITS_MOST = 2


class Climb:
    """What was found out on the way so far; `drop`: where an earlier run of the bot stood, if any.

    `fits` holds what was made of the clip, by limit in bytes; None where nothing could be made.
    """

    def __init__(self, drop: Drop | None = None) -> None:
        self.closed: set[Rung] = set(ladder.closed_before(drop.rung)) if drop else set()
        self.fits: dict[int, Fitted | None] = {}
        self._plain = drop is not None and drop.form is Form.PLAIN
        self._linked = drop is not None and drop.form is Form.LINK
        self.hides_prompt = drop is not None and drop.hides_prompt
        self._learnt: dict[Rung, int] = {}
        self._token: str | None = None
        # Once a place took less than it said, no limit explains anything to its members.
        self.limit_known = True

    def stand_at(self, reply: Reply) -> None:
        """Take in where the reply is now: a new token opens the rung that the one before had closed."""
        if reply.token is not None and reply.token != self._token:
            if self._token is not None:
                self.closed -= ladder.BY_TOKEN
            self._token = reply.token

    @property
    def linked(self) -> bool:
        """Tell whether this rung gets the link, whatever fits."""
        return self._linked

    @property
    def file_form(self) -> Form:
        """Return the form in which a file goes out."""
        return Form.PLAIN if self._plain else Form.FILE

    def limit(self, reply: Reply, rung: Rung) -> int:
        """Return the largest file that the rung is believed to take, in bytes."""
        stated = ladder.size_limit(reply, rung)
        return min(stated, self._learnt.get(rung, stated))

    def close(self, rung: Rung, *, by_deletion: bool = False, token_over: bool = False) -> None:
        """Never try that rung again; the next one starts with the clip itself and all that is said of it."""
        self.closed.add(rung)
        if by_deletion:
            self.closed |= ladder.closed_by_deletion()
        if token_over:
            self.closed |= ladder.BY_TOKEN
        self._plain = self._linked = self.hides_prompt = False

    def refused(self, drop: Drop, *, blocked: bool = False) -> None:
        """Take in that Discord calls the form wrong: the plain form is next, and then nothing on this rung.

        `blocked`: a filter is at work, and the same without the prompt is next.
        """
        if blocked and not drop.hides_prompt:
            self.hides_prompt = True
        elif drop.form is Form.FILE and not blocked:
            self._plain = True
        else:
            self.close(drop.rung)

    def too_large(self, drop: Drop, sent: int) -> int | None:
        """Take in that the rung did not take so many bytes; returns the limit to believe from now on.

        None where even a link was too large: then the rung is closed.
        """
        if drop.form is Form.LINK:
            self.close(drop.rung)
            return None
        self._linked = len(self.fits) >= FITS_MOST
        self.limit_known = False
        self._learnt[drop.rung] = ladder.lower_limit(sent)
        return self._learnt[drop.rung]
