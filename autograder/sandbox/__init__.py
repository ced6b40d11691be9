"""Student code runs here and nowhere else: in a child of a clean zygote, behind framed bytes.

The parent's side is `Sandbox`; `CellStep` and `CallStep` say what to run, `Run` holds what came back.
"""

from autograder.sandbox.isolation import Isolation, Layer, layers
from autograder.sandbox.selftest import Probe, probe, self_test
from autograder.sandbox.steps import CallResult, CallStep, CellResult, CellStep, Limits, Result, Run, Step
from autograder.sandbox.supervisor import Sandbox

__all__ = [
    "CallResult",
    "CallStep",
    "CellResult",
    "CellStep",
    "Isolation",
    "Layer",
    "Limits",
    "Probe",
    "Result",
    "Run",
    "Sandbox",
    "Step",
    "layers",
    "probe",
    "self_test",
]
