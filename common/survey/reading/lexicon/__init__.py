"""The words of each language, as data. One module per language; `LEXICONS` is the visible list."""

from __future__ import annotations

from common.survey.reading.lexicon.ar import LEXICON as AR
from common.survey.reading.lexicon.de import LEXICON as DE
from common.survey.reading.lexicon.en import LEXICON as EN
from common.survey.reading.lexicon.es import LEXICON as ES
from common.survey.reading.lexicon.fr import LEXICON as FR
from common.survey.reading.lexicon.hi import LEXICON as HI
from common.survey.reading.lexicon.id import LEXICON as ID
from common.survey.reading.lexicon.it import LEXICON as IT
from common.survey.reading.lexicon.ja import LEXICON as JA
from common.survey.reading.lexicon.ko import LEXICON as KO
from common.survey.reading.lexicon.model import Lexicon
from common.survey.reading.lexicon.nl import LEXICON as NL
from common.survey.reading.lexicon.others import OTHER_NUMBERS
from common.survey.reading.lexicon.pl import LEXICON as PL
from common.survey.reading.lexicon.pt import LEXICON as PT
from common.survey.reading.lexicon.ru import LEXICON as RU
from common.survey.reading.lexicon.tr import LEXICON as TR
from common.survey.reading.lexicon.zh import LEXICON as ZH

LEXICONS: dict[str, Lexicon] = {
    lexicon.code: lexicon for lexicon in (EN, NL, DE, FR, ES, PT, IT, PL, TR, RU, AR, HI, ID, ZH, JA, KO)
}

__all__ = ["LEXICONS", "OTHER_NUMBERS", "Lexicon"]
