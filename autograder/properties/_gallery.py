"""The data of the gallery: everything that a page about an activation shows, as text, from the entry alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, Kink, Parameter
from autograder.catalogue._range import domain_text, number_text
from autograder.properties._properties import properties


def gallery(activations: Iterable[Activation] = CATALOGUE.values()) -> list[dict[str, Any]]:
    """Return one record per activation, in the order given; all of it text, lists and dicts, ready for a template."""
    return [record(activation) for activation in activations]


def record(activation: Activation) -> dict[str, Any]:
    """Return the record of one activation."""
    found = properties(activation)
    return {
        "name": activation.name,
        "title": activation.title,
        "kind": activation.kind,
        "year": activation.year,
        "latex": activation.latex,
        "derivative_latex": activation.derivative_latex,
        "parameters": [_parameter(parameter) for parameter in activation.parameters],
        "kinks": [_kink(activation, kink) for kink in activation.kinks],
        "properties": found.rows(),
        "declared": list(found.declared),
        "sources": list(activation.sources),
        "used_in": activation.used_in,
        "good_for": activation.good_for,
        "bad_for": activation.bad_for,
        "misconceptions": list(activation.misconceptions),
    }


def _parameter(parameter: Parameter) -> dict[str, str]:
    return {
        "name": parameter.name,
        "default": number_text(parameter.default),
        "domain": domain_text(parameter.domain),
        "meaning": parameter.meaning,
    }


def _kink(activation: Activation, kink: Kink) -> dict[str, str]:
    return {
        "at": sp.latex(kink.at),
        "value": sp.latex(kink.value),
        "derivative": sp.latex(activation.named(kink.derivative)),
        "why": kink.why,
    }
