"""How long NumPy takes for a layer and for activations of its outputs, with the processor's vector instructions or not.

python -m book.lab.stopwatch 2048     prints the seconds for a layer of this width, as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
BATCH = 64
REPEATS = 9
"""The fastest of so many runs counts: what else the machine does can only make a run slower."""
WITHOUT = "NPY_DISABLE_CPU_FEATURES"
"""NumPy's environment variable for instructions that it is not to use, beyond those that it cannot do without."""

IN_NUMPY: dict[str, Callable[[Any], Any]] = {
    "ReLU": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}
"""As one writes them in NumPy."""


def seconds(action: Callable[[], object]) -> float:
    """Return how long the fastest of several runs takes."""
    action()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(3):
            action()
        taken.append((time.perf_counter() - began) / 3)
    return min(taken)


def layer_seconds(width: int) -> dict[str, float]:
    """Return the seconds of a layer's matrix product, and of each activation of its outputs, in float32."""
    rng = np.random.default_rng(19)
    inputs = rng.normal(size=(BATCH, width)).astype(np.float32)
    weights = (rng.normal(size=(width, width)) / np.sqrt(width)).astype(np.float32)
    sums = inputs @ weights
    return {
        "product": seconds(lambda: inputs @ weights),
        **{name: seconds(partial(apply, sums)) for name, apply in IN_NUMPY.items()},
    }


def plain_layer_seconds(width: int) -> dict[str, float]:
    """Return the same, measured in a process in which NumPy does without the instructions that not all processors have.

    The matrix product is another library's, and keeps its own.
    """
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = {**os.environ, WITHOUT: " ".join(found)}
    command = [sys.executable, "-m", "book.lab.stopwatch", str(width)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    print(json.dumps(layer_seconds(int(sys.argv[1]))))
