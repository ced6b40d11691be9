"""The module of a new assignment as text: its exercises, and wrong versions that were tried."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.assignments import Assignment, Exercise
from autograder.assignments.elementwise import Elementwise, criteria, parameters_criterion
from autograder.calls import call
from autograder.catalogue import CATALOGUE, Activation
from autograder.compare import judge
from autograder.course._new_part import Part, choices, defaults, kinks
from autograder.grading.cases import build, secret_from_seed
from autograder.reference import REFERENCE

APART = 1e-3
"""Functions that are nearer than this on [−4, 4] are told apart by no student."""
TRIALS = range(5)
"""Seeds under which a wrong version must lose the same criteria to be worth a name."""


def module_text(name: str, title: str, parts: Sequence[Part]) -> str:
    """Return the source of the assignment's module."""
    new = [part for part in parts if not part.home]
    functions = "".join(_function(part) for part in new)
    exercises = "".join(textwrap.indent(_exercise(part), " " * 8) for part in parts)
    old = ", ".join(f'*bank("{part.home}").get("{part.name}", ())' for part in parts if part.home)
    wrong = "".join(text for part in new for text in _mistakes(part))
    return (
        f'"""The assignment *{title}*.\n\nMade from the catalogue and ready to edit: `autograder publish {name}` brings'
        f' the notebooks up to date,\nand `autograder validate {name}` tries it before students see it.\n"""\n\n'
        "from __future__ import annotations\n\nfrom typing import Any\n\nimport numpy as np\n\n"
        "from autograder.assignments import Assignment, Exercise, load\n"
        "from autograder.assignments.elementwise import Elementwise, criteria, parameters_criterion\n"
        "from autograder.assignments.misconceptions import Mistake, bank\n"
        "from autograder.assignments.misconceptions.model import mistake\n"
        "from autograder.reference import REFERENCE\n\n\n"
        f"{functions}"
        f'ASSIGNMENT = Assignment(\n    name="{name}",\n    title="{title}",\n    exercises=(\n{exercises}    ),\n'
        '    packages=("numpy", "matplotlib", "scipy"),\n)\n\n'
        "# What students get wrong: `loses` are the criteria that a version fails, and only those.\n"
        f"BANK: list[Mistake] = [{old}]\n\n{wrong}"
    ).rstrip() + "\n"


def _function(part: Part) -> str:
    """Return the source of a function with parameters in the order in which students take them."""
    if not part.arguments:
        return ""
    head = ", ".join(["x: Any", *(f"{name}: float" for name in part.arguments)])
    passed = ", ".join(f"{name}=float({name})" for name in part.arguments)
    assert part.entry is not None  # only catalogue functions have parameters here
    return (
        f'def {part.name}({head}) -> Any:\n    """Return {part.entry.title} of each element."""\n'
        f'    return REFERENCE["{part.name}"].value(x, {passed})\n\n\n'
    )


def _exercise(part: Part) -> str:
    """Return the source of an exercise."""
    if part.home:
        return f'load("{part.home}").exercise("{part.name}"),  # as in that assignment\n'
    reference = part.name if part.arguments else f'REFERENCE["{part.name}"].value'
    given = defaults(part)
    shown = f", parameters={given!r}" if given else ""
    function = f"Elementwise({reference}, kinks={kinks(part)!r}{shown})"
    asked, drawn = f"criteria({function})", ""
    if given:
        says = "the right numbers for other values of " + " and ".join(part.arguments)
        further = (
            f'parameters_criterion(\n            {function},\n            "{says}",\n'
            f"            lambda draw: {choices(part)!r},\n        )"
        )
        asked = f"(\n        *criteria({function}),\n        {further},\n    )"
        drawn = f"    parameters={dict(zip(part.arguments, given, strict=True))!r},\n"
    return (
        f'Exercise(\n    "{part.name}",\n    "{part.signature}",\n    {reference},\n    {asked},\n'
        f"    curve=(-6.0, 6.0),\n{drawn}),\n"
    )


# Wrong versions

Wrong = tuple[str, str, str, str]
"""Name, body, cause, step."""


def _candidates(part: Part) -> Iterator[Wrong]:
    """Yield wrong versions that anybody may write of any elementwise function."""
    assert part.entry is not None
    passed = "".join(f", {name}={name}" for name in part.arguments)
    right = f'REFERENCE["{part.name}"].value'
    yield (
        "derivative_instead",
        f'return REFERENCE["{part.name}"].derivative(x{passed})',
        "Your output is the derivative of what was asked for.",
        "Return the function itself.",
    )
    yield (
        "mirrored",
        f"return {right}(-np.asarray(x){passed})",
        "Your output is the right one for −x.",
        "Look at the signs in your formula.",
    )
    yield (
        "in_place",
        f"x = np.asarray(x)\n    x[...] = {right}(x{passed})\n    return x",
        "You wrote the result into the input.",
        "Put it into a new array: the caller still needs the old one.",
    )
    yield (
        "always_float64",
        f"return np.asarray({right}(np.asarray(x, np.float64){passed}), np.float64)",
        "You turn every input into float64.",
        "float32 in should give float32 out: `np.asarray(x)` keeps the type.",
    )
    yield (
        "one_number_only",
        f"return float({right}(float(x){passed}))",
        "Your function takes one number only.",
        "NumPy's functions work on numbers and arrays alike; `if` and `float` do not.",
    )
    for other in _others(part.entry):
        yield (
            f"{other.name}_instead",
            f'return REFERENCE["{other.name}"].value(x)',
            f"Your output is that of {other.title}.",
            "Compare your formula with the one in the exercise.",
        )


def _others(entry: Activation) -> list[Activation]:
    """Return the three functions of the catalogue that come nearest to an entry, by their values on [−4, 4].

    Of several that are the same function at their default parameters, one is enough.
    """
    x = np.linspace(-4.0, 4.0, 81)
    values = {
        name: np.asarray(REFERENCE[name].value(x)) for name, one in CATALOGUE.items() if one.kind == "elementwise"
    }
    own = values.pop(entry.name)
    found: list[str] = []
    for name in sorted(values, key=lambda name: float(np.max(np.abs(values[name] - own)))):
        if all(np.max(np.abs(values[name] - other)) > APART for other in (own, *(values[one] for one in found))):
            found.append(name)
    return [CATALOGUE[name] for name in found[:3]]


def _mistakes(part: Part) -> Iterator[str]:
    """Yield the source of each wrong version that loses the same criteria, and some, under every trial."""
    exercise = _trial_exercise(part)
    for name, body, cause, step in _candidates(part):
        wrong = _defined(part, name, body)
        lost = {_lost(exercise, wrong, seed) for seed in TRIALS}
        if len(lost) == 1 and (loses := next(iter(lost))):
            yield (
                f'@mistake(\n    BANK,\n    "{part.name}",\n    loses="{" ".join(loses)}",\n    cause="{cause}",\n'
                f'    step="{step}",\n)\n{_head(part, name)}\n    {body}\n\n\n'
            )


def _head(part: Part, name: str) -> str:
    arguments = ", ".join(["x: Any", *(f"{one}: float" for one in part.arguments)])
    return f"def {part.name}_{name}({arguments}) -> Any:"


def _defined(part: Part, name: str, body: str) -> Callable[..., Any]:
    """Return a wrong version as a function; the text is ours, from the catalogue's names."""
    namespace: dict[str, Any] = {"np": np, "REFERENCE": REFERENCE, "Any": Any}
    exec(f"from __future__ import annotations\n{_head(part, name)}\n    {body}\n", namespace)
    made: Callable[..., Any] = namespace[f"{part.name}_{name}"]
    return made


def _trial_exercise(part: Part) -> Exercise:
    """Return the exercise that the module's text describes."""
    right: Callable[..., Any] = REFERENCE[part.name].value

    def value(x: Any, *parameters: float) -> Any:
        return right(x, **dict(zip(part.arguments, map(float, parameters), strict=True)))

    function = Elementwise(value, kinks=kinks(part), parameters=defaults(part))
    asked = criteria(function)
    if part.arguments:
        asked = (*asked, parameters_criterion(function, "", lambda draw: choices(part)))
    return Exercise(part.name, part.signature, value, asked)


def _lost(exercise: Exercise, function: Callable[..., Any], seed: int) -> tuple[str, ...]:
    """Return the criteria that a function loses under a seed."""
    table = build(Assignment("trial", "", (exercise,)), secret_from_seed(seed))
    lost = []
    with np.errstate(all="ignore"):
        for criterion in exercise.criteria:
            cases = table.cases[exercise.name, criterion.name]
            outcomes = tuple(call(function, case.call) for case in cases)
            if any(judge(exercise.name, c.call, c.expected, o) for c, o in zip(cases, outcomes, strict=True)):
                lost.append(criterion.name)
    return tuple(lost)
