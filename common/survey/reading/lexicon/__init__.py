"""The words of each language, as data. One module per language; `LEXICONS` is the visible list."""

from __future__ import annotations

from common.survey.reading.lexicon.de import LEXICON as DE
from common.survey.reading.lexicon.en import LEXICON as EN
from common.survey.reading.lexicon.es import LEXICON as ES
from common.survey.reading.lexicon.fr import LEXICON as FR
from common.survey.reading.lexicon.it import LEXICON as IT
from common.survey.reading.lexicon.model import Lexicon
from common.survey.reading.lexicon.nl import LEXICON as NL
from common.survey.reading.lexicon.others import OTHER_NUMBERS
from common.survey.reading.lexicon.pl import LEXICON as PL
from common.survey.reading.lexicon.pt import LEXICON as PT

LEXICONS: dict[str, Lexicon] = {lexicon.code: lexicon for lexicon in (EN, NL, DE, FR, ES, PT, IT, PL)}

__all__ = ["LEXICONS", "OTHER_NUMBERS", "Lexicon"]
