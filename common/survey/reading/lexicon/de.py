
"""German."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms(?:en)?|nachrichten|nachricht|mails?|e ?mails?|umfragen?|werbung|spam|mitteilungen|benachrichtigungen|fragen|befragungen?|"
    "texte|anfragen|erinnerungen|whatsapps?|newsletter|post|fragebogen|umfrage)"
)
_PERSON = (
    "(?:jemand(?:em|en)?(?: (?:echtem?|anderem|anderen|anders|vom \\w+|von \\w+|zustandigen))?|eine[mnr]? (?:\\w+ )?(?:mensch(?:en)?|person|mitarbeiter(?:in)?|berater(?:in)?|manager(?:in)?|vorgesetzten?|chef(?:in)?|kolleg(?:en|in|e)|"
    "leiter(?:in)?|verantwortlichen?|sachbearbeiter(?:in)?|agent(?:en)?|techniker|ansprechpartner(?:in)?|supervisor|zustandigen)|(?:ihre[mnr]?|eure[mnr]?|dem|den|deine[mnr]?|der) (?:\\w+ )?(?:chef(?:in)?|vorgesetzten?|manager(?:in)?|leiter|teamleiter|geschaftsfuhrer|"
    "kundendienst|kundenservice|leitung|filialleiter)|kundenservice|kundendienst|mitarbeiter|menschen|ihnen|euch|support|einem echten \\w+|mensch|chef|berater)"
)

LEXICON = Lexicon(
    code="de",
    numbers=("null, zero", "eins", "zwei, zwo", "drei", "vier", "fünf, fuenf", "sechs", "sieben", "acht", "neun", "zehn", "elf"),
    alone={1: "ein, eine, einen, einer, eines, einem"},
    big="""zwölf, zwoelf, dreizehn, vierzehn, fünfzehn, sechzehn, siebzehn, achtzehn, neunzehn, zwanzig, dreißig, vierzig, fünfzig, sechzig,
        siebzig, achtzig, neunzig, hundert, tausend, million, millionen, siebeneinhalb, achteinhalb, neuneinhalb, sechseinhalb, fünfeinhalb, viereinhalb, dreieinhalb, zweieinhalb, anderthalb, eineinhalb, neunundneunzig""",
    frame="""ein, eine, einen, einer, ne, 'ne, nen, n, ich, ich würde, würde, wuerde, gebe, geb, gab, geben, gegeben, vergebe, vergeben, sage, sag, sagen, möchte, will, kann, ihnen, euch, dir, es, das, die, der, den, dem, mein, meine, meiner, wir, unser,
        ist eine, ist ne, es ist eine, das ist eine, war eine, wäre eine, ganz klar, klar, klare, klare, klares, glatte, glatt, volle, voll, satte, gute, gutes, starke, solide, fette, dicke, dickes, echte, absolute, absolut, verdiente, runde, knallharte, schwache,
        ungefähr, ungefaehr, etwa, circa, ca, rund, so, so um die, um die, vielleicht, wahrscheinlich, wohl, eher, eher eine, bestimmt, sicher, auf jeden fall, definitiv, ehrlich, ehrlich gesagt, nur, noch, immerhin, gerade noch, also, daher, deshalb, und, aber, insgesamt, von mir, für mich, von mir gibt es, von mir gibts, es gibt, gibt es, gibts,
        denke, glaube, schätze, finde, meine, verdient, verdienen, bekommt, bekommen, kriegt, kriegen, ja, jawohl, hallo, hi, hey, guten tag, guten morgen, guten abend, moin, servus, grüß gott, na, naja, tja, hmm, ok, okay, bewerte mit, bewerte mit einer, mit einer, mit, bewertung ist, antwort ist, score ist, wertung ist, antwort lautet, note ist eine, wert von, ohne zweifel,
        eindeutig, ganz, glasklare, gleich, tippe auf, tendiere zu, wähle, nehme, nehme die, stimme für, lieber, ungelogen, gesamt, gerne, gern, würd, wuerd, einfach, bitte, auf, auf eine, auf der skala""",
    nouns="punkte, punkt, punkten, bewertung, score, wertung, antwort, nps, zufriedenheit, pkt, pkte, pkt, bewerte, zahl, wert, zähler, gesamtbewertung",
    grades="note, schulnote, noten, zensur, note von, schulnoten",
    after="von mir, für mich, für euch, für sie, denke ich, würde ich sagen, würde ich geben, sage ich, gebe ich, gebe ich ihnen, gebe ich euch, finde ich, glaube ich, schätze ich, oder so, ungefähr, vielleicht, wahrscheinlich, meiner meinung nach, ehrlich gesagt, auf jeden fall, geben, sagen, vergeben, gegeben, bitte, wert, insgesamt, gerne, gern, mit sternchen, definitiv",
    follow="""weil, da, denn, aber, und, für, wegen, aufgrund, danke, vielen, dank, sehr, alles, guter, gute, gut, super, top, toll, toller, tolle, schneller, schnelle, schnell, schlecht, schlechter, schlechte, freundlich, freundliche, freundlicher,
        nett, nette, netter, der, die, das, ich, ihr, sie, es, war, ist, leider, nicht, nichts, kein, keine, service, mit, mein, meine, hat, habe, perfekt, perfekte, perfekter, zu, lange, lang, nie, immer, prima, hervorragend, sodass, damit, obwohl, trotz""",
    endings="er, ish, p, pkt, punkte, ne",
    quiet="skala, von, bis, auf, der, einer, zu, sehr, weil, chance, aus, zehn",
    number_nouns="nummer, nr, zahl, die nummer",
    units="""sekunde, sekunden, sek, minute, minuten, stunde, stunden, std, tag, tage, tagen, nacht, nächte, woche, wochen, monat, monate, monaten, jahr, jahre, jahren, mal, male, malig, x, viertelstunde, viertelstunden, halbe stunde, halbe stunden,
        leute, leuten, personen, person, menschen, mitarbeiter, mitarbeitern, mitarbeiterinnen, kollegen, kunden, berater, techniker, kinder, männer, frauen, anrufe, anrufen, telefonate, gespräche, mails, e-mails, emails, nachrichten, briefe, versuche, versuchen, termine, besuche,
        bestellungen, artikel, produkte, pakete, stück, zimmer, abteilungen, fragen, probleme, problem, fehler, beschwerden, dinge, gründe, schritte, seiten, formulare, rechnungen, km, kilometer, meter, kg, kilo, liter, grad, verschiedene, verschiedenen, andere, anderen, weitere, werktage, arbeitstage, ganze, volle, lange, von ihnen, von euch, von den, von meinen, der mitarbeiter, weiterleitungen, warteschleifen,
        jährige, jähriger, jährigen, jahrige, tickets, filialen, autos, hotels, nächten, prozentpunkte, kundennummern, rückrufe, wartende, neue, bis""",
    units_own="min, h, s, t, d, mb, gb, k, te, ter, tes, m, std",
    time_before="um, gegen, ab, seit, nach, vor, bis, halb, viertel vor, viertel nach, kurz vor, kurz nach",
    time_after="uhr, h, am, pm, uhr morgens, uhr abends",
    money="euro, euros, eur, cent, franken, chf, mark",
    months="januar, jänner, februar, märz, april, mai, juni, juli, august, september, oktober, november, dezember, jan, feb, apr, jun, jul, aug, sep, sept, okt, nov, dez",
    refs="""zimmer, bestellung, auftrag, ticket, fall, vorgang, linie, bus, tram, zug, schalter, terminal, gleis, schritt, frage, option, phase, stufe, version, windows, iphone, seite, kapitel, typ, größe, reihe, platz, zone, haus, hausnummer, straße, strasse, weg, tag, woche, monat, jahr, plz, rechnung, rechnungsnummer, kundennummer, durchwahl, abteilung, taste, drücken sie,
        gate, etage, stock, stockwerk, artikel, paragraph, paragraf, top, autobahn, ausfahrt, code, wolke, agent, mitarbeiter, mitarbeiterin, platz nummer, bestellnummer, leitung""",
    voids="""warte, wartete, gewartet, angerufen, rief, mit, ohne, als, habe, hatte, haben, hatten, kaufte, gekauft, bestellt, bestellte, bekam, erhalten, bezahlt, gezahlt, dauerte, dauert, sprach, gesprochen, diese, alle, letzten, letzte, vergangenen, nächste, nächsten, ersten, jede, jeden, pro, je, sind, waren, bin, wurde,
        zwischen, innerhalb, binnen, die letzten, die ersten, schon, sohn ist, tochter ist, kind ist, er ist, sie ist, in, im, an, bei, aus, über, unter den, durch""",
    ordinals=("erste, erster, erstes", "zweite", "dritte", "vierte", "fünfte", "sechste", "siebte", "achte"),
    negations="nicht, kein, keine, keinen, keiner, keines, nie, niemals, nicht mal, nicht einmal, kaum, auf keinen fall, warum keine, warum nicht, anstatt, statt, alles andere als, nichtmal, weder",
    negations_after="nicht wert, ist zu viel, ist zu hoch, ist zuviel, ist zu wenig",
    bounds="""weniger als, mehr als, höher als, niedriger als, schlechter als, besser als, unter, unter einer, über, über einer, mindestens, minimum, wenigstens, höchstens, maximal, maximum, max, min, nicht mehr als, nicht weniger als, fast, fast eine, beinahe, knapp, knapp unter, knapp über,
        nahezu, bis zu, zwischen, nahe an, größer als, kleiner als, ab, kleiner, größer""",
    bounds_after="oder mehr, oder weniger, oder höher, oder niedriger, oder besser, oder schlechter, und mehr, und höher, aufwärts, abwärts, mindestens, höchstens, maximal, max, minimum, plus, minus, wenn überhaupt, und drüber",
    minus="minus, negativ",
    halves="einhalb, und ein halb, ein halb, und eine halbe, halb, und ein halber, komma irgendwas",
    halves_before="halb, halbe, eine halbe",
    point="komma, punkt",
    out_of="von, aus, von den, auf, out of, von möglichen, von maximal, von insgesamt, punkte von, punkten von, punkte aus, von zehn, der, punkte auf",
    ten_before="von, auf einer skala bis, skala von, von maximal, aus",
    ten_after="er skala, punkte skala, punkteskala, skala",
    range_words="bis, zu, bis zu, und, auf",
    percent="prozent, prozentig, prozentige, %ig",
    stars="stern, sterne, sternen, sternchen",
    if_words="wenn, falls, sofern, sobald, vorausgesetzt, ausser, es sei denn",
    if_fine=r"wenn ich (?:ganz )?(?:ehrlich|müsste|muss|darf|so|eine (?:note|zahl)|bewerten|es)|wenn (?:du|ihr|sie) mich fragt?(?:en|st)?|wenn ihr (?:es so|so)|wenn man (?:mich|es|so)|wenn es (?:geht|sein muss|möglich|ginge)|wenn auch|wenn schon|wenn überhaupt|als wenn|auch wenn|immer wenn|wenn nicht mehr|wenn das hilft",
    unsure=r"nein warte|nein halt|warte nein|ach nein|ich meine? (?:natürlich|doch)|ich meinte|korrektur|\d+ gewesen|wäre(?:n)? (?:es )?(?:eine |ne )?\d+ gewesen|hätte (?:ich )?(?:ihnen |euch )?(?:eine )?\d+ gegeben|letztes mal|letzte mal|beim letzten mal|früher|vorher|normalerweise|sonst immer|schwanke zwischen|vergiss das|tippfehler|anstatt|verschrieben|vertippt|je nachdem",
    full_marks="volle punktzahl, volle punkte, höchstnote, bestnote, maximale punktzahl, höchste punktzahl, niedrigste punktzahl, das maximum, höchstpunktzahl, schlechteste note, beste note, maximalpunktzahl",
    questions="ist, sind, was, welche, warum, wieso, wie, kann, darf, heißt, heisst, bedeutet, also ist, meinen sie, meint ihr, muss, soll",
    filler="""bitte, jetzt, sofort, danke, dankeschön, vielen, dank, herzlichen, hallo, hi, hey, tag, morgen, abend, moin, ok, okay, gruß, grüße, mfg, lg, vg, gr, ja, damen, herren, schon, endlich, umgehend, mal, mich, hier, ab, gerne, gern, servus""",
    opt_out="""ende, aufhören, hör auf, hört auf, hören sie auf, aufhoren, schluss, schluss damit, schluss jetzt, nie wieder, nicht mehr, kein interesse, kein interesse mehr, habe kein interesse, ich habe kein interesse, falsche nummer, falsche nummer sorry, sie haben die falsche nummer, lassen sie mich in ruhe, lass mich in ruhe, lasst mich in ruhe, weg, genug, austragen bitte, kündigen, löschen, nummer löschen, raus, verpisst euch, haut ab, widerruf, widerrufen, ich widerrufe, abbrechen, blockieren, keine sms, keine werbung, stornieren, halt""",
    opt_out_clause="""stop, stopp, stoppen, abmelden, abbestellen, abmeldung, austragen, melden sie mich ab, meldet mich ab, meld mich ab, tragen sie mich aus, tragt mich aus, abgemeldet, sms stop, sms stopp, stopp sms, bitte abmelden, bitte stoppen, bitte austragen, bitte abbestellen, will abmelden, hiermit abmelden, deabonnieren, ich melde mich ab, stoppt, stopp das""",
    opt_out_phrases=(
        rf"(?:keine|keinerlei|nie wieder|nicht mehr|keine weiteren|nie mehr) (?:weiteren |solche |solchen |dieser |diese |eurer |ihrer |mehr |einzige )*{_MESSAGES}(?: (?:mehr|bitte|senden|schicken|von ihnen|von euch|zusenden|zuschicken|erhalten|bekommen|an mich|kriegen|wünsche ich|erwünscht|schreiben|will ich|danke))*$",
        r"(?:hör(?:en|t)?|hoer(?:en|t)?|aufhören)(?: sie)?(?: \w+){0,3} auf(?: (?:mir|mich|uns|damit|bitte|mit|diesen?|dem|den|zu|sms|nachrichten|spam|umfragen|schreiben|senden|schicken|spammen|belästigen|nerven|kontaktieren))*$",
        rf"(?:stop|stopp|stoppen sie|stoppt|beenden sie|unterlassen sie|schluss mit|lasst|lassen sie) (?:bitte |mal |endlich |sofort |doch )*(?:mit )?(?:den |diese[nmr]? |die |eure[nr]? |ihre[nr]? |das |der |dem )?(?:ganzen |nervigen |ständigen )?(?:{_MESSAGES}|schreiben|belästigung|belästigen|spammen|sms schreiben|zusendung|quatsch|mist)",
        rf"(?:schreib(?:en|t)?|schick(?:en|t)?|send(?:en|et|e)?|kontaktier(?:en|t|e)?|simst|text(?:en|et|e)?|belästig(?:en|t|e)?|nerv(?:en|t)?|ruf(?:en|t)?|stör(?:en|t)?)(?: sie)? (?:mir|mich|uns)(?: bitte)? (?:nicht|nie|keine|nichts|kein)(?: (?:mehr|wieder|weiter|länger|weiteren|{_MESSAGES}|bitte|an|auf|dieser|nummer|diese|solche|so|was|davon|hierzu|jemals))*$",
        rf"(?:möchte|will|wünsche|wollen|mag|wollte) (?:\w+ ){{0,3}}(?:keine|nicht mehr|nicht|nie|nichts)(?: (?:mehr|weiteren|solche|diese|{_MESSAGES}|von|ihnen|euch|mit|weiter|wieder|hiermit|per|darüber|von ihnen|länger))* ?(?:erhalten|bekommen|haben|kontaktiert werden|angeschrieben werden|kontaktiert|angeschrieben|belästigt werden|befragt werden|kriegen|hören|teilnehmen|benachrichtigt werden)?(?: bitte)?$(?<=(?:mehr|erhalten|bekommen|haben|werden|kontaktiert|angeschrieben|kriegen|hören|teilnehmen|bitte|sms|nachrichten|umfragen|ihnen|euch))",
        r"(?:melde|meldet|melden sie|nehmt|nehmen sie|nimm|trag|tragt|tragen sie|streich(?:t|en sie)?|lösch(?:t|en sie|e)?|entfern(?:t|en sie|e)?|schmeißt|werft) (?:mich|uns|meine (?:nummer|daten|handynummer|telefonnummer)|diese nummer)(?: (?:bitte|sofort|umgehend|endlich|mal|jetzt))*(?: (?:ab|aus|raus|(?:von|aus) (?:dem|der|den|ihrem|ihrer|eurem|eurer|dieser|diesem|ihren|euren) \w+|aus eurem \w+|heraus|hiervon))*(?: .{0,15})?$",
        r"(?:möchte|will|würde|kann ich|wie kann|bitte|können sie|könnt ihr|gerne|wünsche) (?:\w+ ){0,4}(?:abmelden|abgemeldet werden|abbestellen|austragen|ausgetragen werden|abmeldung)(?: .{0,20})?$(?<!newsletter abgemeldet)",
        r"lass(?:t|en sie)? mich (?:\w+ )?in ruhe|(?:widerrufe|entziehe) (?:\w+ ){0,3}(?:einwilligung|zustimmung|erlaubnis)|einwilligung (?:\w+ )?(?:widerrufen|entzogen|zurück)|falsche nummer|verwählt|löschen sie meine (?:nummer|daten)|kein kontakt mehr|keinen kontakt mehr|nicht mehr kontaktieren|nicht mehr anschreiben|nicht mehr stören|nicht mehr (?:schreiben|senden|schicken)$|nichts mehr (?:schicken|senden|schreiben)|will (?:\w+ ){0,3}(?:raus|nicht mehr)$",
        r"(?:bitte|jetzt|endlich|ich sagte|sofort|einfach|können sie|könnt ihr|und) (?:damit |das |dies )?(?:stopp?|aufhören|stoppen|beenden|sein lassen)(?: (?:jetzt|bitte|damit|sofort|endlich|das|mit .{0,25}))*$",
        r"^(?:stopp?|aufhören|stoppen) (?:bitte|jetzt|sofort|damit|das|endlich|danke|es|dies|mit .{0,25})(?: .{0,15})?$",
    ),
    opt_out_fine=(r"(?:nicht|nie|non|ohne zu|kann nicht) (?:zu )?stopp?(?:en|t)?|(?:zwischen|bus|tank|boxen)stopp?|(?:hört|hören|hörte) (?:nicht|nie|gar nicht) auf|kaum aufhören|nicht aufhören|nicht mehr aufhören",),
    opt_in="start, anmelden, fortsetzen, unstop, wieder anmelden, abonnieren, anmeldung, melden sie mich an, neu anmelden",
    human="""mitarbeiter, mitarbeiterin, mensch, berater, person, echter mensch, echte person, ein mensch, einen menschen, agent, operator, manager, vorgesetzter, vorgesetzten, chef, kundenservice, kundendienst, support, rückruf, rueckruf, bitte rückruf, ruf mich an, rufen sie mich an, rufen sie an, bitte anrufen, anrufen, anruf, hilfe, hilfe bitte, ich brauche hilfe, brauche hilfe, jemand, beschwerde, menschlicher mitarbeiter, sachbearbeiter,
        ansprechpartner, kontakt, bitte um rückruf, bitte um anruf, um rückruf wird gebeten, bitte melden, bitte melden sie sich, melden sie sich, melden sie sich bei mir, meldet euch, rückruf erbeten, mit mensch sprechen, mitarbeiter sprechen, service mitarbeiter""",
    human_phrases=(
        rf"(?:möchte|will|würde|kann ich|darf ich|könnte ich|muss|wünsche|wollen|können wir|gerne|gern|lass(?:en|t)?(?: sie)? mich|bitte|verlange|lieber|mag) (?:\w+ ){{0,6}}?(?:mit )?{_PERSON} (?:\w+ ){{0,5}}?(?:sprechen|reden|telefonieren|zu sprechen|unterhalten|chatten|am telefon|verbunden werden|verbinden|haben|ans telefon|in kontakt)",
        rf"(?:sprechen|reden|telefonieren|verbinden|chatten|verbunden werden) (?:sie mich )?mit {_PERSON}|verbind(?:en|et|e)(?: sie)? mich(?: bitte)? (?:mit|weiter)|mit {_PERSON} (?:verbunden werden|verbinden|sprechen|reden)",
        r"(?:will|möchte|brauche|verlange|wünsche|hätte gerne?|gebt mir|geben sie mir|gib mir|holen sie|kann ich|bitte) (?:\w+ ){0,2}(?:eine[nr]? )?(?:\w+en? )?(?:menschen|mitarbeiter(?:in)?|rückruf|anruf|vorgesetzten|manager|chef|berater|ansprechpartner|hilfe|persönlichen kontakt|persönliches gespräch)(?: .{0,30})?$",
        r"ruf(?:en|t|e)?(?: sie)? (?:mich|uns)(?: \w+){0,5} (?:an|zurück)\b|(?:bitte|dringend|kann|könnte|können|soll|sollte|könnten|würde|wird) (?:\w+ ){0,5}?(?:mich |uns |um )?(?:zurück ?rufen|anrufen|rückruf|kontaktieren|helfen|anruft|zurückruft)(?: .{0,20})?$",
        r"(?:kann|könnte|können|soll|sollte|könnten|würde|wird|lasst|lassen) (?:\w+ )?(?:mich |mir |sich )?(?:bitte |mal |denn )?(?:jemand|ein (?:\w+ )?(?:mensch|mitarbeiter|kollege|manager|vorgesetzter|chef|berater)|eine (?:\w+ )?(?:person|mitarbeiterin|kollegin)|ihr chef|der chef|sie|ihr) (?:\w+ ){0,6}?(?:anrufen|zurück ?rufen|kontaktieren|melden|helfen|sprechen|in verbindung setzen|schreiben|kümmern)",
        r"melde(?:n|t)? (?:sie sich|euch|dich|sich) (?:bitte |mal |doch )?(?:bei mir|telefonisch|mal|umgehend|dringend)|bitte um (?:\w+ )?(?:rückruf|anruf|kontakt|kontaktaufnahme)|erbitte (?:rückruf|anruf)|setzen sie sich (?:\w+ )?mit mir in|nehmen sie (?:\w+ )?kontakt|kontaktieren sie mich|um rückruf|rückruf bitte|wen kann ich (?:anrufen|sprechen|kontaktieren)|wo kann ich (?:mich )?beschweren|ich will mich beschweren|möchte mich (?:\w+ )?beschweren",
        r"(?:kein(?:en?)?|nicht mit (?:einem|einer)|statt) (?:ro)?bot(?: .{0,20})?$|(?:echte[rn]?|richtige[rn]?) (?:mensch(?:en)?|person|mitarbeiter)(?: bitte)?$|(?:ich )?(?:brauche|benötige|brauch) (?:\w+ )?hilfe|helfen sie mir|hilf mir|helft mir|ist (?:da|hier) (?:jemand|ein mensch|ein echter)|mensch bitte|mitarbeiter bitte",
    ),
    human_fine=(
        r"(?:niemand|keiner|nie|nicht|kein|versprochen|wollte[n]?|sollte[n]?|hat|haben|wurde|wurden) (?:\w+ ){0,4}?(?:zurückgerufen|angerufen|zurückruft|anruft|gemeldet|geholfen|zurück ?rufen|kontaktiert|gesprochen|geredet|rückruf|helfen)",
        r"(?:schwer|schwierig|unmöglich|einfach|leicht|schön|toll|angenehm|endlich|stunden) (?:\w+ ){0,3}(?:zu (?:sprechen|erreichen|reden)|gesprochen)|nicht (?:mit jemandem |mit einem menschen )?(?:sprechen|reden|anrufen)|kein(?:en)? (?:rückruf|anruf|mitarbeiter|mensch)(?: nötig| bekommen| erhalten| erreicht)?",
    ),
    skip="überspringen, skip, weiter, nächste, kein kommentar, keine angabe, k a, ka, entfällt, keine antwort, lieber nicht, später, jetzt nicht, passe, ich passe, auslassen, nächste frage, keine ahnung, kein grund, keine, möchte ich nicht sagen",
    corrects="""ich meinte, meinte, ich meine, sollte heißen, soll heißen, sollte sein, soll sein, muss heißen, müsste sein, muss sein, korrektur, ändern auf, ändern in, ändern zu, ändere auf, ändere in, ändere zu, bitte ändern auf, ändern sie auf, ändern sie meine bewertung auf, machen sie daraus, mach daraus, mach draus, doch eine, doch lieber, doch lieber eine, tippfehler, vertippt, verschrieben, vertan, aus versehen, versehentlich, falsch getippt, falsche taste, richtig ist, richtig wäre, gemeint war, ich wollte, besser, lieber, mein fehler""",
    corrects_weak="sorry, entschuldigung, tschuldigung, entschuldige, ups, upps, oh, nein, nee, ne, halt, moment, warte, nein warte, doch, eigentlich, falsch, ach, hoppla, verzeihung, pardon, ah, äh, quatsch",
)
