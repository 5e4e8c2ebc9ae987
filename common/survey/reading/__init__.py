"""Reading what customers write: a score from 0 to 10, a wish, a correction, a closed choice. Pure and total.

No function here raises on any text, and none guesses: what is not clear is asked again.
"""

from __future__ import annotations

from common.survey.reading.answer import prepare, read_score
from common.survey.reading.choice import read_choice
from common.survey.reading.corrections import read_correction
from common.survey.reading.courtesy import read_courtesy
from common.survey.reading.intents import read_intent
from common.survey.reading.outcome import Intent, Option, Reading, ReadingOutcome
from common.survey.reading.score import read_plainly

__all__ = [
    "Intent",
    "Option",
    "Reading",
    "ReadingOutcome",
    "prepare",
    "read_choice",
    "read_correction",
    "read_courtesy",
    "read_intent",
    "read_plainly",
    "read_score",
]
