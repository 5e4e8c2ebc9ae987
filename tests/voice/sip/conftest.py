"""A real call needs PJSIP, which has no wheel for every platform and Python (pyproject.toml says for which)."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("pjsua2") else ["test_sip.py"]
