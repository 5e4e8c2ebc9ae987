"""What a long-lived process has loaded will never be garbage: it is not looked at again and again.

The collector's last generation holds all modules, tables and compiled patterns. A look through them stops every thread
for a tenth of a second and more, in the middle of somebody's request, and finds nothing.
"""

from __future__ import annotations

import gc

_THRESHOLDS = (10_000, 20, 20)
"""Objects more than before, and younger collections before an older one: messages make few cycles."""


def keep_what_is_loaded() -> None:
    """Take everything that is alive now out of the collector's sight. To be called when a process is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
