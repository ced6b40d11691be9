"""The assignment that the benchmark grades: twelve functions of the course's exercises, with two test cells each.

Every function keeps two of its three criteria, in turn, so that each criterion is asked equally often and a test cell
has as many cases as those of the exercises.  `benchmarks.twelve_class` makes the class that hands it in; both modules
are put beside the assignments in a copy of the package, because the course itself has no such assignment.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.assignments import Assignment, Exercise, load

NAME = "twelve"

PAIRS = (("values", "arrays"), ("values", "extremes"), ("arrays", "extremes"))

ORIGINS = {
    "nonlinearity": ("relu",),
    "range": ("sigmoid", "tanh", "relu6", "softplus", "softsign", "hard_sigmoid"),
    "saturation": ("leaky_relu", "selu", "mish"),
    "differentiability": ("elu", "swish"),
}
"""Which function comes from which assignment."""


def _with_two(exercise: Exercise, kept: tuple[str, ...]) -> Exercise:
    """Return the exercise with two of its criteria."""
    return replace(exercise, criteria=tuple(exercise.criterion(name) for name in kept))


_WHOLE = [load(origin).exercise(name) for origin, names in ORIGINS.items() for name in names]

ASSIGNMENT = Assignment(
    name=NAME,
    title="Twelve functions",
    exercises=tuple(_with_two(exercise, PAIRS[i % len(PAIRS)]) for i, exercise in enumerate(_WHOLE)),
    packages=("numpy",),
)
