"""How results that are no numbers are read: expressions, choices, functions as arguments."""

import numpy as np
import pytest
import sympy

from autograder.calls import Argument, Call, call
from autograder.compare import Expected, judge
from autograder.given import GIVEN, given
from autograder.sandbox import CallStep, CellStep, Sandbox
from autograder.sandbox.frames import Unpacker, pack_calls, unpack_calls

X, Y = sympy.symbols("x y")
POINTS = np.array([[0.5], [-2.0], [3.25]])
READ = Call((), symbols=("x",), points=POINTS)
SQUARE = Expected((POINTS[:, 0] ** 2,), 32, 32)


@pytest.mark.parametrize(
    "expression",
    [
        X**2,
        X * X + sympy.sin(X) ** 2 + sympy.cos(X) ** 2 - 1,
        sympy.Symbol("x", real=True) ** 2,
        sympy.Piecewise((X**2, X > 0), ((-X) ** 2, True)),
        sympy.Integral(2 * Y, (Y, 0, X)).doit(),
        1.0 * X**2,
        X * sympy.Symbol("x", real=True),
    ],
)
def test_an_expression_counts_for_its_values_whatever_its_form(expression):
    assert judge("f", READ, SQUARE, call(lambda: expression, READ)) is None


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ("x**2", "an object of type str"),
        (X**2 + Y, "an expression that also holds y"),
        (sympy.sqrt(X), "an expression that is not a real number everywhere"),
        (sympy.nan, "an expression that is not a real number everywhere"),
        (sympy.Eq(Y, X), "an object of type Equality"),
        (sympy.Matrix([X]), "an expression that is not a real number everywhere"),
        (np.array([1.0, 2.0]), "an object of type ndarray"),
        (sympy.zoo, "an expression that is not a real number everywhere"),
        (None, "an object of type NoneType"),
        ([X], "an object of type list"),
        (lambda x: x**2, "an object of type function"),
        (sympy.Function("g")(X), "an expression that is not a real number everywhere"),
    ],
)
def test_what_is_no_expression_is_answered_with_a_sentence(returned, told):
    finding = judge("f", READ, SQUARE, call(lambda: returned, READ))
    assert finding.kind == "type"
    assert told in finding.message


def test_text_is_never_turned_into_an_expression(tmp_path):
    trap = f"__import__('pathlib').Path({str(tmp_path / 'trap')!r}).touch()"
    call(lambda: trap, READ)
    assert not (tmp_path / "trap").exists()


def test_a_wrong_value_of_an_expression_names_the_point():
    finding = judge("f", READ, SQUARE, call(lambda: X**3, READ))
    assert finding.message.startswith("`f` gave 0.125 at x = 0.5; 0.25 was expected.")


def test_a_constant_needs_no_symbol():
    what = Call((), points=np.zeros((1, 0)))
    expected = Expected((np.array([np.sqrt(2)]),), 32, 0)
    assert judge("c", what, expected, call(lambda: sympy.sqrt(2), what)) is None
    assert judge("c", what, expected, call(lambda: 2**0.5, what)) is None
    assert "without symbols" in judge("c", what, expected, call(lambda: X, what)).message


def test_only_the_place_of_a_choice_is_read():
    what = Call((Argument("value", value="price"),), choices=("sigmoid", "softplus"))
    expected = Expected((np.asarray(1),), 0, 0)
    assert judge("choose", what, expected, call(lambda task: "softplus", what)) is None
    assert "chose 'sigmoid'" in judge("choose", what, expected, call(lambda task: "sigmoid", what)).message
    assert "text that is not in the list" in judge("choose", what, expected, call(lambda task: "relu", what)).message


def test_a_function_is_passed_by_name_and_does_not_tell_it():
    what = Call((Argument("function", np.array([2.0, 5.0]), "shifted"), Argument("array", np.ones(2))))
    outcome = call(lambda f, x: (f(x), len(f.__name__) + 0 * x), what)
    assert outcome.values[0].data.tolist() == [7.0, 7.0]
    assert outcome.values[1].data.tolist() == [1.0, 1.0]


def test_every_given_function_leaves_its_input_alone():
    for name in GIVEN:
        x = np.linspace(-2, 2, 5)
        assert given(name)(x).shape == x.shape, name
        assert x.tolist() == np.linspace(-2, 2, 5).tolist()


def test_calls_cross_the_protocol_whole():
    sent = (
        Call((Argument("function", np.array([2.0]), "scaled"),), forbidden=("numpy.tanh", "^")),
        Call((), symbols=("t", "y0"), points=np.array([[0.0, 0.5]])),
        Call((Argument("value", value="a"),), choices=("a", "b")),
    )
    unpacker = Unpacker()
    unpacker.feed(pack_calls(0, sent))
    (frame,) = unpacker.frames()
    for before, after in zip(sent, unpack_calls(*frame), strict=True):
        assert (after.symbols, after.choices, after.forbidden) == (before.symbols, before.choices, before.forbidden)
        assert (after.points is None) == (before.points is None)
        if before.points is not None:
            assert after.points.tolist() == before.points.tolist()
    assert after.arguments[0].value == "a"


def test_the_sandbox_reads_expressions_rules_and_given_functions():
    cell = """
import numpy as np
import sympy as sp
def square_expr(): return sp.Symbol("x", positive=True) ** 2
def text(): return "x**2"
def apply(f, x): return np.tanh(f(x))
"""
    applied = Call(
        (Argument("function", np.array([2.0]), "scaled"), Argument("array", np.array([0.25]))),
        forbidden=("numpy.tanh", "numpy.sinh"),
    )
    steps = [
        CellStep("cell-1", cell),
        CallStep("a", "square_expr", (READ,)),
        CallStep("b", "text", (READ,)),
        CallStep("c", "apply", (applied,)),
    ]
    with Sandbox(packages=("numpy", "sympy"), preload=("numpy", "sympy"), isolation="none") as sandbox:
        run = sandbox.run(steps)
    _, squared, refused, short_cut = run.results
    assert judge("square_expr", READ, SQUARE, squared.outcomes[0]) is None
    assert "object of type str" in judge("text", READ, SQUARE, refused.outcomes[0]).message
    assert short_cut.outcomes[0].used == ("numpy.tanh",)
    assert short_cut.outcomes[0].values[0].data.tolist() == [np.tanh(0.5)]


# how what happened is put into words


def sentence(expected, returned, *arguments, **call_options):
    """What is said about a function that returns ``returned``."""
    made = Call(arguments, **call_options)
    finding = judge("f", made, Expected((np.asarray(expected),), 0, 0), call(lambda *given: returned, made))
    assert finding is not None
    return finding.message


def test_zero_is_written_without_a_sign():
    told = sentence([-0.0], np.array([-np.inf]), Argument("array", np.array([-np.inf])))
    assert told == "`f` gave -inf at x = -inf; 0 was expected."


def test_an_element_of_several_arguments_is_placed_as_a_call_is_written():
    x, alpha = Argument("array", np.array([0.5])), Argument("float", np.asarray(2.0))
    assert sentence([1.0], np.array([0.0]), x, alpha) == "`f` gave 0 at (0.5, 2); 1 was expected."


def test_a_function_among_the_arguments_stands_at_the_end():
    x, f = Argument("array", np.array([0.5])), Argument("function", np.array([3.0]), "sine")
    assert sentence([1.0], np.array([0.0]), f, x).startswith("`f` gave 0 at x = 0.5 for the function sine (with 3)")


def test_what_was_passed_is_said_once():
    arrays = Argument("arrays", np.zeros(6), [[2, 2], [2]])
    told = sentence([1.0, 2.0], np.zeros(2), arrays, result="list")
    assert told.count("a list of arrays of shapes (2, 2) and (2,)") == 1
    assert told.endswith("2 of 2 values are off in this call.")


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (np.zeros(3), "returned an array of shape (3,) when it was given a float64 array of shape (2,); an array of "),
        (1.0, "returned a single number when it was given a float64 array of shape (2,); an array of shape (2,) was"),
    ],
)
def test_a_shape_is_said_in_words(returned, words):
    assert words in sentence([0.0, 0.0], returned, Argument("array", np.zeros(2)))


def test_an_error_comes_last_and_ends_as_a_sentence_does():
    def f(x):
        raise ValueError("too small")

    made = Call((Argument("int", np.asarray(3)),))
    finding = judge("f", made, Expected((np.asarray(1.0),), 0, 0), call(f, made))
    assert finding.message == "`f` stopped with an error when it was given the integer 3: ValueError: too small."
