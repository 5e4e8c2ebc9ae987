
"""Number words 0 to 11 of further languages, for a message of that one word."""

from __future__ import annotations

OTHER_NUMBERS: dict[str, tuple[str, ...]] = {
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva"),
    "da": ("nul", "", "", "tre", "", "fem", "seks", "syv", "otte", "ni", "", "elleve"),
    "no": ("null", "", "", "tre", "", "fem", "seks", "sju, syv", "åtte", "ni", "", "elleve"),
    "fi": ("nolla", "yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen", ""),
    "cs": ("nula", "jedna", "dva, dvě", "tři", "čtyři", "pět", "šest", "sedm", "osm", "devět", "deset", "jedenáct"),
    "sk": ("nula", "", "dva, dve", "tri", "štyri", "päť", "šesť", "sedem", "osem", "deväť", "desať", "jedenásť"),
    "hr": ("nula", "", "dva", "tri", "četiri", "pet", "šest", "sedam", "osam", "devet", "deset", "jedanaest"),
    "sl": ("nič", "ena", "dva", "tri", "štiri", "pet", "šest", "sedem", "osem", "devet", "deset", "enajst"),
    "ro": ("", "", "doi, două", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă", "zece", "unsprezece"),
    "hu": ("nulla", "", "kettő", "három", "négy", "öt", "", "hét", "nyolc", "kilenc", "tíz", "tizenegy"),
    "uk": ("нуль", "", "два", "три", "чотири", "п'ять", "шість", "сім", "вісім", "дев'ять", "десять", "одинадцять"),
    "bg": ("нула", "", "две, два", "три", "четири", "пет", "шест", "седем", "осем", "девет", "десет", "единадесет"),
    "el": ("μηδέν", "ένα", "δύο, δυο", "τρία", "τέσσερα", "πέντε", "έξι", "επτά, εφτά", "οκτώ, οχτώ", "εννέα, εννιά", "δέκα", "έντεκα"),
    "he": ("אפס", "אחת, אחד", "שתיים", "שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה", "תשע", "עשר", ""),
    "fa": ("صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "یازده"),
    "ur": ("", "ایک", "", "تین", "چار", "پانچ", "چھ", "سات", "آٹھ", "نو", "دس", "گیارہ"),
    "bn": ("শূন্য", "এক", "দুই", "তিন", "চার", "পাঁচ", "ছয়", "সাত", "আট", "নয়", "দশ", "এগারো"),
    "ta": ("பூஜ்யம்", "ஒன்று", "இரண்டு", "மூன்று", "நான்கு", "ஐந்து", "ஆறு", "ஏழு", "எட்டு", "ஒன்பது", "பத்து", ""),
    "th": ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "สิบเอ็ด"),
    "vi": ("", "", "", "", "", "", "", "bảy", "", "chín", "mười", ""),
    "ca": ("", "", "", "", "quatre", "cinc", "sis", "", "vuit", "nou", "deu", ""),
    "ms": ("sifar", "", "", "", "", "", "", "", "lapan", "", "", ""),
    "tl": ("", "", "dalawa", "tatlo", "apat", "", "anim", "pito", "walo", "siyam", "sampu", ""),
    "sw": ("sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi", ""),
}
