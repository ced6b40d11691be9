"""Mistakes in the functions of the chapter *Output layer*, each as the code that makes it.

The code is meant to be wrong in just this way, to warn, to change its input or to fail on some inputs.
"""

from autograder.assignments.misconceptions.output_layer import (
    binary,
    cross_entropy,
    heads,
    log_softmax,
    softmax,
)

BANK = [*softmax.BANK, *log_softmax.BANK, *binary.BANK, *cross_entropy.BANK, *heads.BANK]
