"""`python -m tests.architecture`: write the generated parts of the pages anew."""

from __future__ import annotations

import sys

from tests.architecture.generated import PARTS, with_parts
from tests.architecture.tree import shown

for page in dict.fromkeys(part.page for part in PARTS):
    before = page.read_text(encoding="utf-8")
    after = with_parts(page, before)
    page.write_text(after, encoding="utf-8")
    sys.stdout.write(f"{'as it was' if before == after else 'rewritten'}: {shown(page)}\n")
