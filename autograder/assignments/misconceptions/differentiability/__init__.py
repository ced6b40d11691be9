"""Mistakes in the functions of the chapter *Differentiability*, each as the code that makes it.

The code is meant to be wrong in just this way, to warn, to change its input or to fail on some inputs.  What it imports
besides NumPy, it imports inside, as a student's cell would, so that SymPy is loaded where it is needed alone.
"""

from autograder.assignments.misconceptions.differentiability import (
    differences,
    elu,
    expressions,
    gelu,
    slopes,
    swish,
)

BANK = [*slopes.BANK, *elu.BANK, *gelu.BANK, *swish.BANK, *differences.BANK, *expressions.BANK]
