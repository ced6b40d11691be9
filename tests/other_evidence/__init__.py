"""For each claim: a change of the evidence that must change its verdict, and to which."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from book.lab.claims import Verdict

Changes = dict[int, tuple[dict[str, Any], Verdict]]

OTHERWISE: Changes = {}
for _module in pkgutil.iter_modules(__path__):
    OTHERWISE |= import_module(f"{__name__}.{_module.name}").OTHERWISE
