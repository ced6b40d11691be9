"""Imported last by the process that workers and kernels are forks of: what each would do anew is done here, once."""

from __future__ import annotations

import encodings.idna  # noqa: F401  (by the first address that is looked up)
import gc

from jupyter_client.localinterfaces import local_ips
from nbformat.v4 import new_notebook

from book.warm import use_warm_kernels

use_warm_kernels()  # looks through all installed packages for other ways to start a kernel
local_ips()
new_notebook()  # compiles the schema of notebooks
gc.freeze()  # a fork that looks through what is here for garbage would find none, and copy it
