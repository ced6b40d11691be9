"""Imported first by every process of a build: what they import and compute shall do no work that serves no page."""

from __future__ import annotations

import gc
import sys

# jsonschema's checker of addresses builds a grammar for two seconds at import; no notebook asks for it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None marks what must not be imported
# A page is executed without a debugger, which every kernel would load.
sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # as above

gc.set_threshold(50_000)  # syntax trees and formulas are many small objects, and hardly any of them is garbage
