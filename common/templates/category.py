"""What category Meta is likely to give a template, and why.

Since April 2025 a template submitted as utility that reads like marketing is approved *as marketing* at once, so the
guess is worth more before submitting than the surprise after it. Utility needs both: nothing promotional, and something
specific that the customer did. "A general or generic survey will not be approved as utility."
"""

from __future__ import annotations

import re

from common.templates.approval import Category
from common.templates.finding import Said
from common.templates.template import Template

_SPECIFIC = re.compile(
    r"date|day|about|topic|order|ticket|case|booking|reservation|invoice|reference|appointment|interaction|call|visit"
    r"|number|contact|delivery|purchase|time"
)
"""A variable with such a name says which interaction is meant."""
_PROMOTIONAL = {
    "en": r"discount|offers?|sale|coupons?|voucher|promo\w*|buy now|free gift|deals?|upgrade",
    "nl": r"korting\w*|aanbieding\w*|actieprijs|kortingscode|gratis cadeau|koop nu",
    "de": r"rabatt\w*|angebot\w*|gutschein\w*|sonderpreis\w*|jetzt kaufen",
    "fr": r"remise|promotion\w*|offre spéciale|bon d[’']achat|soldes|achetez",
    "es": r"descuento\w*|oferta\w*|cupón|cupones|promoción|promociones|rebaja\w*|compre ya",
    "pt": r"desconto\w*|oferta\w*|cupom|cupons|cupão|promoção|promoções|compre já",
    "it": r"sconto|sconti|offert[ae]|coupon|promozion\w*|saldi|acquista ora",
    "tr": r"indirim\w*|kampanya\w*|kupon\w*|fırsat\w*|hemen al",
    "ar": r"خصم|خصومات|عرض خاص|قسيمة|تخفيض\w*",
    "hi": r"छूट|ऑफ़र|ऑफर|कूपन|सेल",
    "id": r"diskon\w*|promo\w*|kupon|penawaran\w*|beli sekarang",
    "pl": r"rabat\w*|zniżk\w*|promocj\w*|kupon\w*|wyprzedaż\w*",
}
_SPECIFIC_WORDS = "{{%(name)s}} names what the customer did, and nothing promotes"
_PERCENT_OFF = re.compile(r"\d+\s?%")


def predict_category(template: Template) -> tuple[Category, Said]:
    """The category that the template will probably be given, and the reason in words."""
    text = f"{template.header}\n{template.body}\n{template.footer}"
    words = _PROMOTIONAL.get(template.language.partition("_")[0], "(?!)")
    promising = re.search(rf"(?<!\w)(?:{words})(?!\w)", text.lower()) or _PERCENT_OFF.search(text)
    if promising is not None:
        return Category.MARKETING, Said("“%(words)s” reads as promotion", {"words": promising[0]})
    specific = next((name for name in template.variables if _SPECIFIC.search(name)), None)
    if specific is not None:
        return Category.UTILITY, Said(_SPECIFIC_WORDS, {"name": specific})
    return Category.MARKETING, Said("no variable names an order, a contact or a date: it reads as a general survey")


def offers_opt_out(template: Template) -> bool:
    """True if the template says how to stop such messages."""
    words = [template.body, template.footer, *(str(each.get("text", "")) for each in template.buttons)]
    return any(re.search(r"\bstop\b", each, re.IGNORECASE) for each in words)
