"""Mistakes in the functions of the chapter *Saturation*, each as the code that makes it.

The code is meant to be wrong in just this way, to warn, to change its input or to fail on some inputs.
"""

from autograder.assignments.misconceptions.saturation import groups, leaky, networks, prelu, smooth

BANK = [*leaky.BANK, *prelu.BANK, *smooth.BANK, *groups.BANK, *networks.BANK]
