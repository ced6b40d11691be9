"""Mistakes in measures of a network, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []


# gradient_product


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your output is the sum of the slopes.",
    step="The chain rule for functions inside each other multiplies.",
)
def added(derivative: Any, pre_activations: Any) -> Any:
    return np.sum(derivative(np.asarray(pre_activations)), axis=0)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your product runs over all units and layers, and is one number.",
    step="Each unit has a product of its own: along which axis do the layers lie?",
)
def over_everything(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(derivative(np.asarray(pre_activations)))


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your product runs along the last axis, over the units of one layer.",
    step="The layers are the first axis.",
)
def over_units(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(derivative(np.asarray(pre_activations)), axis=-1)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="You multiplied the pre-activations first and took the slope of the product.",
    step="Take the slope in each layer, and multiply the slopes.",
)
def slope_of_the_product(derivative: Any, pre_activations: Any) -> Any:
    return derivative(np.prod(np.asarray(pre_activations), axis=0))


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="You took the slope of the sum of the pre-activations.",
    step="Take the slope in each layer, and multiply the slopes.",
)
def slope_of_the_sum(derivative: Any, pre_activations: Any) -> Any:
    return derivative(np.sum(np.asarray(pre_activations), axis=0))


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your output is the mean of the slopes.",
    step="What happens to a gradient that passes two layers with slope ½ each?",
)
def averaged_slopes(derivative: Any, pre_activations: Any) -> Any:
    slopes = derivative(np.asarray(pre_activations))
    return np.sum(slopes, axis=0) / max(len(slopes), 1)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="The first layer is missing from your product.",
    step="Every layer has an activation, the first one too.",
)
def first_layer_lost(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(derivative(np.asarray(pre_activations))[1:], axis=0)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="The last layer is missing from your product.",
    step="Every layer has an activation, the last one too.",
)
def last_layer_lost(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(derivative(np.asarray(pre_activations))[:-1], axis=0)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your product starts from 0 and stays there.",
    step="Which number leaves a product as it is?",
)
def started_from_zero(derivative: Any, pre_activations: Any) -> Any:
    x = np.asarray(pre_activations)
    total = np.zeros(x.shape[1:])
    for slopes in derivative(x):
        total = total * slopes
    return total


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your output holds the products up to every layer.",
    step="The exercise asks for the product over all layers alone.",
)
def running_products(derivative: Any, pre_activations: Any) -> Any:
    return np.cumprod(derivative(np.asarray(pre_activations)), axis=0)


@mistake(
    BANK,
    "gradient_product",
    loses="values arrays",
    cause="The product is computed as the exponential of a sum of logarithms, and negative slopes have none.",
    step="Multiply the slopes themselves.",
)
def through_logarithms(derivative: Any, pre_activations: Any) -> Any:
    return np.exp(np.sum(np.log(derivative(np.asarray(pre_activations))), axis=0))


@mistake(
    BANK,
    "gradient_product",
    loses="values arrays",
    cause="The sign is lost: your output is the product of the absolute slopes.",
    step="A gradient may change its direction in a layer.",
)
def without_signs(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(np.abs(derivative(np.asarray(pre_activations))), axis=0)


@mistake(
    BANK,
    "gradient_product",
    loses="values deep arrays",
    cause="Your output is the product of the pre-activations: `derivative` is not used.",
    step="What meets the gradient in each layer is the slope there, not the pre-activation.",
)
def derivative_unused(derivative: Any, pre_activations: Any) -> Any:
    return np.prod(np.asarray(pre_activations, dtype=float), axis=0)


# dead_fraction


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="Your output is the fraction of all outputs that are 0.",
    step="A unit is dead if it is silent for every example, not for some.",
)
def silent_outputs(pre_activations: Any) -> Any:
    return np.mean(np.asarray(pre_activations) <= 0)


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="Your output is the fraction of examples for which every unit is silent.",
    step="Which axis runs over the examples? All of them must be silent for one unit.",
)
def dead_examples(pre_activations: Any) -> Any:
    return np.mean(np.all(np.asarray(pre_activations) <= 0, axis=1))


@mistake(
    BANK,
    "dead_fraction",
    loses="kink",
    cause="A unit whose largest pre-activation is exactly 0 counts as alive in your output.",
    step="What is ReLU of 0, and which slope has it there by the course's convention?",
)
def strictly_negative(pre_activations: Any) -> Any:
    return np.mean(np.all(np.asarray(pre_activations) < 0, axis=0))


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="You count units that are silent for at least one example.",
    step="A dead unit is silent for all of them.",
)
def silent_once(pre_activations: Any) -> Any:
    return np.mean(np.any(np.asarray(pre_activations) <= 0, axis=0))


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="Your output is the fraction of units that are alive.",
    step="The exercise asks for the others.",
)
def alive(pre_activations: Any) -> Any:
    return np.mean(np.any(np.asarray(pre_activations) > 0, axis=0))


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="Your output is the number of dead units, not their fraction.",
    step="Divide by the number of units.",
)
def counted(pre_activations: Any) -> Any:
    return np.sum(np.all(np.asarray(pre_activations) <= 0, axis=0))


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="Your output is the fraction in per cent.",
    step="A fraction lies between 0 and 1.",
)
def per_cent(pre_activations: Any) -> Any:
    return 100 * np.mean(np.all(np.asarray(pre_activations) <= 0, axis=0))


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="You divided by the number of examples.",
    step="It is a fraction of the units.",
)
def divided_by_examples(pre_activations: Any) -> Any:
    x = np.asarray(pre_activations)
    return np.sum(np.all(x <= 0, axis=0)) / len(x)


@mistake(
    BANK,
    "dead_fraction",
    loses="values kink arrays",
    cause="You look for units whose pre-activations are all exactly 0.",
    step="It is the output of ReLU that is 0: for which pre-activations?",
)
def zero_before_relu(pre_activations: Any) -> Any:
    return np.mean(np.all(np.asarray(pre_activations) == 0, axis=0))


# saturated_fraction


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="Your output is the fraction of elements at which |f(x)| is small, not |f′(x)|.",
    step="A saturated unit is one whose slope is small; its value may be anything.",
)
def small_values(f: Any, x: Any, tolerance: Any) -> Any:
    return np.mean(np.abs(f(np.asarray(x))) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="All negative slopes count as saturated: the absolute value is missing.",
    step="A steep slope downwards is steep.",
)
def sign_kept(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return np.mean((f(x + h) - f(x - h)) / (2 * h) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="The difference of f is not divided by the step, so that everything looks flat.",
    step="A slope is a difference of values divided by a difference of places.",
)
def not_divided(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return np.mean(np.abs(f(x + h) - f(x - h)) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="Your output is the fraction of elements that are not saturated.",
    step="Saturated means that the slope is smaller than the tolerance.",
)
def the_others(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return np.mean(np.abs(f(x + h) - f(x - h)) / (2 * h) >= tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="Your output is the number of saturated elements, not their fraction.",
    step="Divide by the number of elements.",
)
def number_of_elements(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return np.sum(np.abs(f(x + h) - f(x - h)) / (2 * h) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="arrays",
    cause="There is one fraction for each column.",
    step="One number for the whole array is asked for.",
)
def for_each_column(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return np.mean(np.abs(f(x + h) - f(x - h)) / (2 * h) < tolerance, axis=0)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="You look for values near 1 or −1, which are the limits of tanh.",
    step="f has limits of its own, or none: its slope tells.",
)
def limits_of_tanh(f: Any, x: Any, tolerance: Any) -> Any:
    return np.mean(np.abs(f(np.asarray(x))) > 1 - tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="arrays",
    cause="The function moves the caller's own x to and fro.",
    step="Make new arrays: x + h and x − h.",
)
def moved_in_place(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    x += h
    right = f(x)
    x -= 2 * h
    left = f(x)
    return np.mean(np.abs(right - left) / (2 * h) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="The difference of f(x + h) and f(x − h) is divided by h: every slope is twice as large as it is.",
    step="How far apart are the two points?",
)
def step_not_doubled(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return np.mean(np.abs((f(x + 1e-5) - f(x - 1e-5)) / 1e-5) < tolerance)


@mistake(
    BANK,
    "saturated_fraction",
    loses="values arrays",
    cause="The step of your difference is so wide that slopes near the tolerance come out on the wrong side.",
    step="Which step does the exercise call accurate enough?",
)
def wide_step(f: Any, x: Any, tolerance: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return np.mean(np.abs(f(x + 0.5) - f(x - 0.5)) < tolerance)
