"""The changes that a mutation run draws from."""

import pytest

from bench.mutants import mutants


def changes(code: str) -> set[str]:
    """Return the function's body after each change of it."""
    text = f"def f():\n    {code}\n"
    return {each.of(text).removeprefix("def f():\n    ").removesuffix("\n") for each in mutants(text)}


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("x = a < b", "x = (a <= b)"),
        ("x = ours and brings", "x = (brings)"),
        ("x = ours and brings", "x = (ours or brings)"),
        ("x = not a", "x = (a)"),
        ("x = a is None", "x = (a is not None)"),
        ("x = min(a, b)", "x = (max(a, b))"),
        ("x = a - b", "x = (a + b)"),
        ("x = 10", "x = (11)"),
        ("x = {READY, DELIVERING}", "x = ({READY})"),
        ("x = isinstance(a, B | C)", "x = isinstance(a, (B))"),
        ("x = f(a, b)", "x = (f(b, a))"),
        ("x = f(a, end=5)", "x = (f(a))"),
        ("x = d['status']", "x = d[('statusx')]"),
        ("if a: return", "if a: pass"),
        ("if a: x = b", "if (False): x = b"),
        ("self.x = f()", "pass"),
        ("del self.x", "pass"),
        ("x = 'SELECT a FROM b WHERE c = 1 AND d < ?'", "x = ('SELECT a FROM b WHERE c = 1 AND d <= ?')"),
    ],
)
def test_each_kind_of_change_is_made(code, after):
    assert after in changes(code)


@pytest.mark.parametrize("code", ["await clock.sleep(1)", "raise Refusal(why)"])
def test_a_statement_is_taken_out(code):
    text = f"async def f():\n    {code}\n"
    assert "async def f():\n    pass\n" in {each.of(text) for each in mutants(text)}


@pytest.mark.parametrize(
    "code",
    ["log.info('at %d', 7)", '"""Words."""', "assert a < b", "x: 'int | str'", "x = f'{a} {b}'", "x = 'Two words.'"],
)
def test_what_no_test_has_to_notice_is_left_alone(code):
    assert changes(code) == set()


def test_a_change_knows_its_place_in_a_text_of_many_bytes():
    text = "# 日出\n@mark\ndef f(a: int = 3) -> None:\n    '''Ünïcödé.'''\n    return g('é', a > 1)\n"
    made = next(each for each in mutants(text) if each.new == "(a >= 1)")
    assert (made.line, made.function, str(made)) == (5, 2, "a > 1  →  a >= 1")
    assert made.of(text) == text.replace("a > 1", "(a >= 1)")
    assert made.compiles(text)
