"""A message as the answer to the 0-10 question, the whole of it: plainly, or put right in its own words.

"sorry, I meant 9" and "not 6 but 9" name one score and no other; the plain reader refuses them, because it takes no
number that stands beside a denial or a second thought.
"""

from __future__ import annotations

from common.survey.reading.corrections import read_put_right
from common.survey.reading.outcome import Reading, ReadingOutcome
from common.survey.reading.score import read_plainly

_LONGEST_PUT_RIGHT = 300
"""Characters of a message that may put itself right; a longer one tells a story."""


def read_score(text: str, locale: str = "en") -> Reading:
    """Read a message as the answer to the 0-10 question.

    `locale` is the conversation's ("nl", "pt_BR"); one that is not known is read as English. A message in another
    script or language than the locale's is read in its own. Never raises; reads the first MAX_READ characters.
    """
    reading = read_plainly(text, locale)
    if reading.outcome is not ReadingOutcome.REPROMPT or len(text) > _LONGEST_PUT_RIGHT:
        return reading
    return read_put_right(text, locale) or reading


def prepare(locale: str) -> None:
    """Compile a locale's words ahead of the first message; else that message takes some tenths of a second."""
    for text in ("9 a", "call me", "stop a", "not 9 but 8"):
        read_score(text, locale)
