"""The program ``autograder``, or ``python -m autograder``: settings for a process of its own, then the command line."""

import atexit
import gc
import os


def program() -> None:
    """Run the command line in a process that does nothing else."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # to start NumPy's threads takes longer than all that they do
    gc.set_threshold(200_000)  # imports leave no garbage, and to look for it once takes a tenth of their time
    atexit.register(gc.freeze)  # nor need it be looked for at the end
    from autograder.cli import main

    main()


if __name__ == "__main__":
    program()
