"""The claims about linear and non-linear functions that algebra, or a counterexample, decides."""

from __future__ import annotations

from itertools import product

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.piecewise import largest_error

RELU = CATALOGUE["relu"].expr
CLOSE = 0.01
"""An approximation counts as close where it is off by one hundredth of the target's largest value, or less."""


def matrix(name: str, rows: int, columns: int = 1) -> sp.Matrix:
    """Return a matrix of real symbols: weights, biases or inputs."""
    return sp.Matrix(rows, columns, lambda i, j: sp.Symbol(f"{name}{i + 1}{j + 1}", real=True))


def _collapse_evidence() -> Evidence:
    x = matrix("x", 2)
    (w1, b1), (w2, b2), (w3, b3) = ((matrix(f"w{k}_", n, m), matrix(f"b{k}_", n)) for k, n, m in _LAYERS)
    three = w3 * (w2 * (w1 * x + b1) + b2) + b3
    one = w3 * w2 * w1 * x + (w3 * (w2 * b1 + b2) + b3)
    narrow = matrix("v", 2, 1) * matrix("u", 1, 2)
    return {
        "outputs of three identity layers that differ from those of one layer": _nonzero(three - one),
        "weights and biases of the three layers": sum(n * m + n for _, n, m in _LAYERS),
        "weights and biases of the one layer": 2 * 2 + 2,
        "rank of the collapsed matrix, 2 inputs, 1 hidden unit, 2 outputs": narrow.rank(simplify=True),
    }


_LAYERS = ((1, 3, 2), (2, 4, 3), (3, 2, 4))
"""(layer, units, inputs)"""


def _words(expr: sp.Expr) -> str:
    """Print a short expression for people: a root sign, a real minus, a space for a product."""
    return str(expr).replace("sqrt(2)", "√2").replace("-", "−").replace("*", " ")


def _nonzero(difference: sp.Matrix) -> int:
    """Count the entries of a matrix that are not identically zero."""
    return sum(sp.expand(entry) != 0 for entry in difference)


def _collapse_rule(evidence: Evidence) -> Judgement:
    if evidence["outputs of three identity layers that differ from those of one layer"]:
        return Judgement(Verdict.FALSE, "Three layers give an output that one layer does not give.")
    rank = evidence["rank of the collapsed matrix, 2 inputs, 1 hidden unit, 2 outputs"]
    narrow = f" A narrow layer in between even loses something: one unit leaves rank {rank}." if rank < 2 else ""
    return Judgement(
        Verdict.HOLDS,
        "With W = W₃W₂W₁ and b = W₃(W₂b₁ + b₂) + b₃ one layer gives the same outputs, "
        f"with {evidence['weights and biases of the one layer']} numbers in place of "
        f"{evidence['weights and biases of the three layers']}.{narrow}",
    )


def _linear_evidence() -> Evidence:
    x, y, c = matrix("x", 2), matrix("y", 2), sp.Symbol("c", real=True)
    w1, w2 = matrix("w", 3, 2), matrix("v", 2, 3)
    w, b, v, d, s, t = sp.symbols("w b v d s t", real=True)

    def affine(u: sp.Expr) -> sp.Expr:
        return v * (w * u + b) + d

    return {
        "outputs that are not additive, no biases": _nonzero(w2 * w1 * (x + y) - w2 * w1 * x - w2 * w1 * y),
        "outputs that are not homogeneous, no biases": _nonzero(w2 * w1 * (c * x) - c * w2 * w1 * x),
        "f(s + t) − f(s) − f(t) for f(u) = v (w u + b) + d": _words(sp.expand(affine(s + t) - affine(s) - affine(t))),
        "f(0) for this f": _words(sp.expand(affine(sp.S.Zero))),
    }


def _linear_rule(evidence: Evidence) -> Judgement:
    broken = evidence["outputs that are not additive, no biases"]
    if broken or evidence["outputs that are not homogeneous, no biases"]:
        return Judgement(Verdict.FALSE, "Matrices alone already break one of the two laws.")
    defect = evidence["f(s + t) − f(s) − f(t) for f(u) = v (w u + b) + d"]
    if defect == "0":
        return Judgement(Verdict.HOLDS, "The network obeys both laws, with biases too.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"no part has a bias. With biases f(s + t) is off from f(s) + f(t) by {defect}, and f(0) is "
        f"{evidence['f(0) for this f']} instead of 0: the network is affine, a linear map and a shift.",
    )


def _additive(name: str, tries: int = 50) -> bool:
    """Tell whether f(a + b) = f(a) + f(b) for every pair of vectors tried (seed 32); all entries keep to six digits."""
    rng, f = np.random.default_rng(32), REFERENCE[name].value
    for _ in range(tries):
        a, b = rng.normal(scale=2.0, size=(2, 6))
        if not np.allclose(f(a + b), f(a) + f(b), rtol=1e-6, atol=1e-6):
            return False
    return True


def _additivity_evidence() -> Evidence:
    p, q, r, s = sp.symbols("p q r s", rational=True)
    root = sp.sqrt(2)

    def swap(number: sp.Expr) -> sp.Expr:
        """Return p − q√2 for p + q√2, the conjugate in this field of numbers."""
        number = sp.expand(number)
        return sp.expand(number - 2 * root * number.coeff(root))

    small = sp.expand((root - 1) ** 10)
    additive = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise" and _additive(name)]
    c = sp.Symbol("c", real=True)
    crooked = [n for n in additive if sp.simplify(CATALOGUE[n].expr.subs(X, c * X) - c * CATALOGUE[n].expr) != 0]
    return {
        "f(p + q√2) = p − q√2: f(x) + f(y) − f(x + y)": sp.simplify(
            swap(p + q * root) + swap(r + s * root) - swap(p + r + (q + s) * root)
        ),
        "f(√2 · 1) and √2 · f(1)": (_words(swap(root)), _words(root * swap(sp.S.One))),
        "a small argument, (√2 − 1)¹⁰, and its value": (float(small), float(swap(small))),
        "additive functions of one number in the catalogue": ", ".join(CATALOGUE[n].title for n in additive),
        "continuous functions among these that are not homogeneous": len(crooked),
    }


def _additivity_rule(evidence: Evidence) -> Judgement:
    if evidence["continuous functions among these that are not homogeneous"]:
        return Judgement(Verdict.FALSE, "A continuous function is additive, and not homogeneous.")
    scaled, wanted = evidence["f(√2 · 1) and √2 · f(1)"]
    if evidence["f(p + q√2) = p − q√2: f(x) + f(y) − f(x + y)"] != 0 or scaled == wanted:
        return Judgement(Verdict.HOLDS, "No function was found that is additive and not homogeneous.")
    small, large = evidence["a small argument, (√2 − 1)¹⁰, and its value"]
    return Judgement(
        Verdict.HOLDS_IF,
        "f is continuous: then f(cx) = c f(x) follows. In general it must be asked for as well. "
        "Among the numbers p + q√2, with p and q rational, the function p − q√2 is additive, but f(√2) is "
        f"{scaled} and not √2 times f(1); it is not continuous, for it takes {small:.1g} to {large:.0f}.",
    )


def _relu_evidence() -> Evidence:
    def relu(number: sp.Expr) -> sp.Expr:
        return RELU.subs(X, number)

    sides = {}
    for side, assumption in (("x, y > 0", {"positive": True}), ("x, y < 0", {"negative": True})):
        x, y = sp.symbols("x y", **assumption)
        sides[f"relu(x) + relu(y) − relu(x + y) for {side}"] = sp.simplify(relu(x) + relu(y) - relu(x + y))
    pairs = sorted(product(range(-3, 4), repeat=2), key=lambda pair: (abs(pair[0]) + abs(pair[1]), pair))
    broken = [(x, y) for x, y in pairs if relu(x) + relu(y) != relu(x + y)]
    x, y = broken[0] if broken else (0, 0)
    return {
        **sides,
        "pairs of integers from −3 to 3 that break additivity": len(broken),
        "the first of them: x, y, relu(x) + relu(y), relu(x + y)": (x, y, relu(x) + relu(y), relu(x + y)),
    }


def _relu_rule(evidence: Evidence) -> Judgement:
    if not evidence["pairs of integers from −3 to 3 that break additivity"]:
        return Judgement(Verdict.FALSE, "No pair was found that breaks additivity.")
    x, y, apart, together = evidence["the first of them: x, y, relu(x) + relu(y), relu(x + y)"]
    found = f"relu({x}) + relu({y}) = {apart}, and relu({x} + {y}) = {together}."
    if any(value != 0 for name, value in evidence.items() if name.startswith("relu(x) + relu(y) − relu(x + y) for")):
        return Judgement(Verdict.MISLEADING, f"{found} But on one half line it is not linear either.")
    return Judgement(Verdict.HOLDS, f"{found} With both numbers on the same side of 0 the two agree.")


def _composition_evidence() -> Evidence:
    f = sp.Function("f")
    w, b, x = matrix("w", 2, 2), matrix("b", 2), matrix("x", 2)
    before = w * x + b
    layer = before.applyfunc(f)
    u = sp.Symbol("u", real=True)
    outer = sp.diag(*(sp.diff(f(u), u).subs(u, entry) for entry in before))
    by_chain_rule = outer * before.jacobian(x)
    numbers = dict(zip([*w, *b, *x], (1, -2, 3, 1, -1, 0, 1, -1), strict=True))
    relu = [RELU.subs(X, entry).subs(numbers) for entry in before]
    other_order = [entry.subs(numbers) for entry in w * x.applyfunc(lambda entry: RELU.subs(X, entry)) + b]
    return {
        "entries in which the layer's derivative differs from the chain rule for f ∘ (Wx + b)": _nonzero(
            (layer.jacobian(x) - by_chain_rule).doit()
        ),
        "an example, ReLU after Wx + b": tuple(relu),
        "the same with the two functions swapped": tuple(other_order),
    }


def _composition_rule(evidence: Evidence) -> Judgement:
    if evidence["entries in which the layer's derivative differs from the chain rule for f ∘ (Wx + b)"]:
        return Judgement(Verdict.FALSE, "The layer's derivative is not that of the composition.")
    here, there = evidence["an example, ReLU after Wx + b"], evidence["the same with the two functions swapped"]
    order = f" The order matters: swapped, {here} becomes {there}." if here != there else ""
    return Judgement(Verdict.HOLDS, f"The layer's derivative is the chain rule's product of two derivatives.{order}")


def _universal_evidence() -> Evidence:
    square = X**2
    degrees = []
    for units in (1, 2, 3):
        w, b, v = (sp.symbols(f"{letter}1:{units + 1}", real=True) for letter in "wbv")
        network = sum(out * square.subs(X, weight * X + bias) for weight, bias, out in zip(w, b, v, strict=True))
        degrees.append(sp.Poly(sp.expand(network), X).degree())
    rest = {
        point: sp.Abs(point) - point**2 - sp.Rational(1, 8) for point in map(sp.Rational, (-1, "-1/2", 0, "1/2", 1))
    }
    return {
        "1² + 1² − (1 + 1)²: 0 if x² were additive": 1 + 1 - (1 + 1) ** 2,
        "degree in x of a two-layer network of squares with 1, 2 and 3 hidden units": tuple(degrees),
        "|x| − (x² + 1/8) at −1, −1/2, 0, 1/2, 1": ", ".join(map(str, rest.values())),
        "the sign changes among these": int(np.count_nonzero(np.diff(np.sign([float(e) for e in rest.values()])))),
        "so the largest error of the best quadratic for |x| on [−1, 1]": float(max(map(abs, rest.values()))),
        **{
            f"largest error of {units} ReLU units for sin x on [−π, π]": largest_error(np.sin, units, (-np.pi, np.pi))
            for units in (4, 16, 64)
        },
    }


def _universal_rule(evidence: Evidence) -> Judgement:
    """A quadratic is the best possible where its error alternates at least four times (Chebyshev)."""
    errors = [value for name, value in evidence.items() if "ReLU units" in name]
    if not (errors == sorted(errors, reverse=True) and errors[-1] <= CLOSE):
        return Judgement(Verdict.NOT_SETTLED, "Not even ReLU comes close, with the units that were tried.")
    degree = max(evidence["degree in x of a two-layer network of squares with 1, 2 and 3 hidden units"])
    stuck = degree <= 2 and evidence["the sign changes among these"] >= 3
    if not (stuck and evidence["1² + 1² − (1 + 1)²: 0 if x² were additive"]):
        return Judgement(Verdict.HOLDS, "Every non-linear function that was tried comes as close as wanted.")
    floor = evidence["so the largest error of the best quadratic for |x| on [−1, 1]"]
    return Judgement(
        Verdict.HOLDS_IF,
        "the activation is not a polynomial (Leshno et al. 1993), for continuous targets on a closed and bounded "
        f"region and with as many units as needed. ReLU's error falls to {errors[-1]:.4f} with 64 units. "
        f"x² is non-linear too, but a network of squares has degree {degree} at any width: "
        f"for |x| its error never falls below {floor:g}.",
    )


CLAIMS = (
    Claim(
        number=3,
        documents=("D0",),
        statement="A two-layer network with a non-linear activation can approximate every function.",
        method="degree by SymPy, best approximation by alternation, errors of ReLU networks",
        chapter="nonlinearity",
        compute=_universal_evidence,
        rule=_universal_rule,
    ),
    Claim(
        number=4,
        documents=("D0",),
        statement="With the identity as activation, a network of many layers equals one of a single layer.",
        method="symbolic matrices, biases included",
        chapter="nonlinearity",
        compute=_collapse_evidence,
        rule=_collapse_rule,
    ),
    Claim(
        number=24,
        documents=("D2",),
        statement="A network of nothing but linear parts is itself a linear operator.",
        method="symbolic matrices, without biases and with them",
        chapter="nonlinearity",
        compute=_linear_evidence,
        rule=_linear_rule,
    ),
    Claim(
        number=32,
        documents=("D3",),
        statement="A function is linear when f(x) + f(y) = f(x + y) for all x and y.",
        method="a function on the numbers p + q√2; a search in the catalogue, seed 32",
        chapter="nonlinearity",
        compute=_additivity_evidence,
        rule=_additivity_rule,
    ),
    Claim(
        number=33,
        documents=("D3",),
        statement="ReLU is not linear, though it is linear on each half line.",
        method="search for a counterexample; both half lines by SymPy",
        chapter="nonlinearity",
        compute=_relu_evidence,
        rule=_relu_rule,
    ),
    Claim(
        number=58,
        documents=("D3",),
        statement="A layer is the composition of two functions, the activation after Wx + b.",
        method="chain rule by SymPy; an example",
        chapter="nonlinearity",
        compute=_composition_evidence,
        rule=_composition_rule,
    ),
)
