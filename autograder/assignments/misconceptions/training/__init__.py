"""Mistakes in the functions of the chapter *Training*, by what the function does."""

from __future__ import annotations

from autograder.assignments.misconceptions.model import Mistake
from autograder.assignments.misconceptions.training import backward, forward, initialise, recognise, train

BANK: list[Mistake] = [*initialise.BANK, *forward.BANK, *backward.BANK, *train.BANK, *recognise.BANK]
