"""`python -m sandbox`: the emulators and the page of phones as one process."""

from __future__ import annotations

from sandbox.server import main

if __name__ == "__main__":
    raise SystemExit(main())
