"""The pages that a real person sees in a browser: the check behind the link, and where it leads back to."""

from html import escape

from aiohttp import web

from sandbox.ledger import Ledger
from sandbox.toapis.verification import PASSED, Outcome, Verification, Verifications

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1d22; --paper: #f6f5f2; --card: #fff; --edge: #767680; --go: #1f6f43; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebe8; --paper: #17181c; --card: #22242a; --edge: #8d8f99; --go: #26784a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
  font: 17px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { width: 100%; max-width: 420px; padding: 24px; border-radius: 16px; background: var(--card); }
h1 { margin: 0 0 8px; font-size: 1.45rem; line-height: 1.25; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
form { display: grid; gap: 12px; margin-top: 24px; }
button { min-height: 48px; border-radius: 10px; font: inherit; font-weight: 600; cursor: pointer; }
#pass { border: 2px solid var(--go); background: var(--go); color: #fff; }
#fail { border: 2px solid var(--edge); background: transparent; color: inherit; }
button:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


class PersonPages:
    """Serve the check and the stand-in for the callback's target. The ledger gets "callback" for each way back."""

    def __init__(self, verifications: Verifications, ledger: Ledger) -> None:
        self._verifications = verifications
        self._ledger = ledger

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Put all pages on a server."""
        router.add_get("/verify/{name}", self._check, allow_head=False)
        router.add_post("/verify/{name}", self._answer)
        router.add_get("/callback", self._callback, allow_head=False)

    def link(self, session: Verification, base: str) -> str:
        """Return the address of a session's check."""
        return f"{base}/verify/{session.id}?token={session.link_key}"

    async def _check(self, request: web.Request) -> web.Response:
        session = self._session(request)
        refused = self._refused(session)
        if session is None or refused is not None:
            return refused or _not_found()
        left = max(1, round(self._verifications.seconds_left(session)))
        return _page(
            "Is it really you?",
            "<p>In this demo you choose how the face check ends. No camera is used, and nothing is saved.</p>"
            f"<p>This link expires in {left} second{'' if left == 1 else 's'}.</p>"
            '<form method="post"><button id="pass" name="outcome" value="pass">Pass</button>'
            '<button id="fail" name="outcome" value="fail">Fail</button></form>',
        )

    async def _answer(self, request: web.Request) -> web.Response:
        session = self._session(request)
        refused = self._refused(session)
        if session is None or refused is not None:
            return refused or _not_found()
        given = (await request.post()).get("outcome")
        if given not in {"pass", "fail"}:
            return _page("Please choose", "<p>Go back and press Pass or Fail.</p>", status=400)
        outcome = Outcome.PASSED if given == "pass" else Outcome.FAILED
        back = self._verifications.end(session, outcome, f"POST {request.path}")
        return web.Response(status=303, headers={"Location": back, "Cache-Control": "no-store"})

    async def _callback(self, request: web.Request) -> web.Response:
        self._ledger.write("callback", f"GET {request.path}", query=dict(request.query))
        code = request.query.get("resultCode", "")
        said = (
            "You passed the check."
            if code == str(PASSED)
            else f"You did not pass the check (code {escape(code[:40])})."
        )
        return _page("You can go back to Discord now", f"<p>{said}</p><p>You can close this page.</p>")

    def _session(self, request: web.Request) -> Verification | None:
        session = self._verifications.all.get(request.match_info["name"])
        if session is None or request.query.get("token") != session.link_key:
            return None
        return session if self._verifications.is_ready(session) else None

    def _refused(self, session: Verification | None) -> web.Response | None:
        if session is None:
            return _not_found()
        if session.outcome is not None:
            return _page("This check is finished", "<p>You can go back to Discord now.</p>", status=409)
        if self._verifications.seconds_left(session) <= 0:
            return _page("This link has expired", "<p>Go back to Discord and ask for a new one.</p>", status=410)
        return None


def _not_found() -> web.Response:
    return _page("This link doesn't work", "<p>Go back to Discord and ask for a new link.</p>", status=404)


def _page(heading: str, content: str, *, status: int = 200) -> web.Response:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{heading}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{heading}</h1>{content}</main></body></html>"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)
