"""The languages in which WhatsApp takes templates, and which of them serves a customer's locale.

Source: "Supported Languages" of Meta's message template documentation. A code is a language, or a language and a
country, spelt with an underscore.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

_CODES = (
    "af ar ar_AE ar_EG ar_LB ar_MA ar_QA ar_SA az be_BY bg bn bn_IN ca cs da de de_AT de_CH el en en_AE "
    "en_AU en_CA en_GB en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_US en_ZA es es_AR es_CL "
    "es_CO es_CR es_DO es_EC es_ES es_HN es_MX es_PA es_PE es_UY es_VE et fa fi fil fr fr_BE fr_CA fr_CH "
    "fr_CI fr_MA ga gu ha he hi hr hu id it ja ka kk kn ko ky_KG lo lt lv mk ml mr ms nb nl nl_BE pa pl "
    "prs_AF ps_AF pt_BR pt_PT ro ru rw_RW si_LK sk sl sq sr sv sw ta te th tr uk ur uz vi zh_CN zh_HK "
    "zh_TW zu "
)
LANGUAGES = frozenset(_CODES.split())
_HOME = {"pt": "pt_BR", "zh": "zh_CN", "en": "en_US", "es": "es_ES", "nb": "nb", "no": "nb"}
"""The country that is tried first for a language of which only variants are there."""


def code_of(locale: str) -> str:
    """A locale as a provider spells it: "pt-br" and "PT_BR.UTF-8" become "pt_BR", "zh-Hans-CN" becomes "zh_CN"."""
    parts = [part for part in locale.partition(".")[0].replace("-", "_").split("_") if part]
    if not parts:
        return ""
    country = next((part for part in parts[1:] if len(part) in {2, 3} and part.isalnum()), "")
    return f"{parts[0].lower()}_{country.upper()}" if country else parts[0].lower()


def nearest(locale: str, default: str, offered: Collection[str]) -> list[str]:
    """The `offered` languages that may serve a customer of `locale`, the best first.

    First the locale itself, its language without the country, and the same language of another country; then the same
    for the survey's default locale. Nobody is written to in a language that neither names.
    """
    wanted = list(chain.from_iterable(_family(each, offered) for each in (locale, default)))
    return list(dict.fromkeys(code for code in wanted if code in offered))


def _family(locale: str, offered: Collection[str]) -> list[str]:
    code = code_of(locale)
    language = code.partition("_")[0]
    if not language:
        return []
    siblings = sorted(other for other in offered if other.partition("_")[0] == language)
    return [code, language, _HOME.get(language, language), *siblings]
