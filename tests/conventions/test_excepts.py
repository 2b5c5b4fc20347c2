"""Few may catch everything, and they log it: background tasks, handlers of interactions, the reader of events."""

import ast

import pytest

from tests.conventions.source import PRODUCT, ROOT, dotted, sources, told, write

KEEPERS = ("bot/studio/lifecycle/tasks.py", "bot/gateway/socket.py", "cogs/")
# The log itself has no other place to tell it.
LOG = "bot/log_handler.py"
BROAD = {"Exception", "BaseException"}
LOGS = {"exception", "critical", "error", "warning"}


def offences(root) -> list[str]:
    found = []
    for source in sources(root, PRODUCT):
        if str(source.path) == LOG:
            continue
        may = str(source.path).startswith(KEEPERS)
        for node in source.nodes:
            wrong = _wrong(node, may=may)
            if wrong:
                found.append(f"{source.path}:{node.lineno}: {wrong}")
    return found


def _wrong(node: ast.AST, *, may: bool) -> str:
    if isinstance(node, ast.Call) and dotted(node.func).endswith("suppress") and _broad(node.args):
        return "suppresses everything; name what is expected here"
    if not isinstance(node, ast.ExceptHandler) or not (node.type is None or _broad([node.type])):
        return ""
    if _raises(node):
        return ""
    if not may:
        return "catches everything; name what is expected; background tasks and interaction handlers take the rest"
    return "" if _logs(node) else "catches everything and does not log it; use log.exception"


def _broad(types: list[ast.expr]) -> bool:
    flat = [part for kind in types for part in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    return any(dotted(kind) in BROAD for kind in flat)


def _raises(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler ends by raising again, as a clean-up does."""
    return isinstance(handler.body[-1], ast.Raise)


def _logs(handler: ast.ExceptHandler) -> bool:
    calls = (node.func for node in ast.walk(handler) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in LOGS for call in calls)


def test_only_keepers_catch_everything():
    assert not offences(ROOT), told(offences(ROOT))


TRY = "try:\n    work()\n"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot/app.py", TRY + "except Exception:\n    log.exception('x')"),
        ("bot/toapis/provider.py", TRY + "except:\n    pass"),
        ("bot/toapis/provider.py", TRY + "except (OSError, BaseException) as e:\n    print(e)"),
        ("sandbox/discord/rest.py", "with contextlib.suppress(Exception):\n    work()"),
        ("cogs/video.py", TRY + "except Exception:\n    pass"),
        ("bot/studio/lifecycle/tasks.py", TRY + "except Exception:\n    return"),
    ],
)
def test_an_offender_is_found(tmp_path, path, code):
    (found,) = offences(write(tmp_path, path, code))
    assert found.startswith(path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("cogs/errors.py", TRY + "except Exception:\n    log.exception('x')"),
        ("bot/studio/lifecycle/tasks.py", TRY + "except Exception:\n    log.exception('x')"),
        ("bot/storage/thread.py", TRY + "except BaseException:\n    close()\n    raise"),
        ("bot/app.py", TRY + "except OSError:\n    pass"),
    ],
)
def test_keepers_and_clean_ups_are_let_through(tmp_path, path, code):
    assert offences(write(tmp_path, path, code)) == []
