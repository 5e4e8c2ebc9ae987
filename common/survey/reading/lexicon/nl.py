
"""Dutch."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms(?:jes|en|sen|'?s)?|berichten|berichtjes|bericht|appjes|apps|mails|mailtjes|e ?mails|enquetes?|vragenlijst(?:en)?|"
    "vragen|reclame|spam|meldingen|notificaties|herinneringen|post|verzoeken|nieuwsbrieven)"
)
_PERSON = (
    "(?:iemand|een (?:\\w+ )?(?:mens|persoon|medewerker|medewerkster|collega|manager|leidinggevende|chef|baas|supervisor|teamleider|"
    "adviseur|echt iemand|vertegenwoordiger|telefonist|monteur|specialist)|(?:jullie|uw|je|de|jou?w) (?:\\w+ )?(?:manager|leidinggevende|chef|baas|supervisor|"
    "teamleider|directeur|klantenservice|helpdesk|medewerker)|klantenservice|medewerker|mens|jullie|u|je|een echt(?:e)? \\w+|manager|leidinggevende)"
)

LEXICON = Lexicon(
    code="nl",
    numbers=("nul, zero", "één, eén", "twee", "drie", "vier", "vijf", "zes, zesje, 6je", "zeven, zeventje", "acht, achtje", "negen, negentje", "tien", "elf"),
    alone={1: "een, eentje, n"},
    big="""twaalf, dertien, veertien, vijftien, zestien, zeventien, achttien, negentien, twintig, dertig, veertig, vijftig, zestig,
        zeventig, tachtig, negentig, honderd, duizend, miljoen""",
    frame="""een, ik, ik zou, zou, geef, gaf, geven, gegeven, wil, ga, zeg, zeggen, jullie, je, u, jou, hem, haar, het, de, den, dit, dat, die, mijn,
        m'n, mn, ons, onze, we, wij, is een, het is, het is een, was een, is voor mij een, wordt, wordt het, wordt een, doe, doe maar, maak er, maak er een, denk, denk ik, vind, schat, gok, ongeveer,
        circa, ca, rond de, zo'n, zon, misschien, waarschijnlijk, zeker, absoluut, absolute, dikke, vette, ruime, ruim, mooie, mooi, nette, stevige, solide,
        volle, volmondig, volmondige, echte, klein, kleine, zeer, gewoon, toch, dan, dus, daarom, en, maar, wel, nog, ook, alleen, slechts, krijg, krijgt, krijgen, verdient, verdienen,
        verdien, kies, kies voor, ga voor, gaan voor, voor, voor mij, van mij, mij, me, eerlijk, eerlijk gezegd, ja, jazeker, hallo, hoi, hi, hey, dag, goedemorgen, goedemiddag, goedenavond, goeiemorgen, beste, nou, tja, hmm, oké, ok, oke,
        prima, graag, bij deze, uiteindelijk, overall, in totaal, al met al, iets van, score is, cijfer is, antwoord is, beoordeling is, waardering is, score van, cijfer van, zonder twijfel, zonder meer, kom uit op, kom op, eerder, eerder een, meer een, cijfer wordt,
        met een, geven een, een dikke vette, vette dikke, hele, helemaal, sowieso, minstens een dikke, ook een, hooguit een kleine""",
    nouns="cijfer, score, rapportcijfer, beoordeling, waardering, punten, punt, antwoord, nps, pnt, pt, tevredenheid, stem, puntje, puntjes, eindcijfer, eindscore",
    after="van mij, voor mij, denk ik, vind ik, zou ik zeggen, zou ik geven, geef ik, geef ik jullie, zeg ik, lijkt me, ofzo, of zo, waard, hoor, graag, eerlijk gezegd, wat mij betreft, voor jullie, geven, gegeven, zeggen, kan ik geven, misschien, waarschijnlijk, zeker, maar, dus",
    follow="""omdat, want, doordat, aangezien, maar, en, dus, voor, door, wegens, vanwege, bedankt, dank, dankjewel, dankuwel, gezien, goed, goede, prima, super, fijn, fijne, slecht, slechte,
        snel, snelle, vriendelijk, vriendelijke, top, de, het, jullie, ik, je, u, was, is, zeer, erg, heel, niet, niets, geen, alles, service, met, mijn, dit, dat, er, op, in, als cijfer, te, lang, lange, veel, geweldig, uitstekend, mits""",
    endings="tje, je, ish, p, plus, punten, pt, van",
    quiet="schaal, van, tot, op, de, met, of, heel, erg, kans, omdat, want, uit",
    number_nouns="nummer, nr, no",
    units="""seconde, seconden, sec, minuut, minuten, minuutjes, minuutje, uur, uurtje, uurtjes, uren, dag, dagen, dagje, nacht, nachten, week, weken, weekje, maand, maanden, jaar, jaren, jaartjes, kwartier, keer, maal, keertje, x,
        mensen, personen, persoon, man, medewerkers, collega's, collegas, medewerksters, monteurs, klanten, kinderen, vrouwen, mannen, kamers, telefoontjes, gesprekken, belletjes,
        mails, mailtjes, e-mails, emails, berichten, brieven, pogingen, afspraken, bezoeken, bestellingen, artikelen, producten, pakketten, pakketjes, stuks, dozen, afdelingen, vragen, problemen, probleem, fouten, klachten,
        dingen, redenen, stappen, pagina's, formulieren, rekeningen, facturen, km, kilometer, meter, kg, kilo, liter, graden, verschillende, andere, werkdagen, hele, volle, van jullie, van de, van mijn, van die, van ons, doorverbindingen,
        halve, lange uren, wachtenden, wachtende, tellen, weekenden, etmaal, etmalen, ritten, auto's, tickets, dienstverleners, winkels, hotels, kopjes, wachtenden voor, jarige, jarig, persoons""",
    units_own="u, min, m, s, d, mb, gb, e, de, ste, k",
    time_before="om, rond, tegen, vanaf, tot, sinds, na, voor half, half, kwart voor, kwart over, voor kwart, over",
    time_after="uur 's ochtends, uur 's middags, uur 's avonds, h, am, pm",
    money="euro, euro's, euros, eur, cent, eurootjes",
    months="januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november, december, jan, feb, mrt, apr, jun, jul, aug, sep, sept, okt, nov, dec",
    refs="""kamer, bestelling, order, ordernummer, bestelnummer, ticket, zaak, dossier, lijn, bus, tram, trein, balie, loket, terminal, perron, spoor, stap, vraag, optie, fase, niveau, versie, windows, iphone,
        pagina, hoofdstuk, type, maat, rij, stoel, zone, huisnummer, nummer van, straat, laan, weg, dag, week, maand, jaar, postcode, factuur, factuurnummer, klantnummer, toestel, afdeling, toets, druk op, druk, toets op, gate, verdieping, etage, artikel, top, snelweg, afrit, volwassenen, code, polis, agent, medewerker""",
    voids="""wacht, wachtte, gewacht, gebeld, belde, bel, moest, na, met, zonder, dan, heb, had, hebben, hadden, kocht, gekocht, besteld, bestelde, stuurde, kreeg, ontving, ontvangen, betaald, betaalde, duurde, duurt, sprak, gesproken, deze, alle, laatste, afgelopen, vorige, volgende, eerste, elke, iedere, per, zijn, waren, ben, werd van,
        tussen, binnen, om de, de afgelopen, de laatste, de eerste, al, zoon is, dochter is, hij is, zij is, ze is, kind is, in, op, bij, uit, naar, over""",
    ordinals=("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste"),
    negations="niet, geen, nooit, nauwelijks, amper, niet eens, nog geen, nog niet eens, zeker geen, zeker niet, waarom geen, in plaats van, allesbehalve, noch",
    negations_after="niet waard, is te veel, is te hoog, is te laag, is teveel",
    bounds="""minder dan, lager dan, meer dan, hoger dan, onder de, onder, boven, boven de, minstens, minimaal, ten minste, tenminste, op zijn minst, hoogstens, maximaal, hooguit, ten hoogste, niet meer dan, niet minder dan, niet hoger dan,
        bijna, bijna een, net geen, net onder, tegen de, richting, tot, max, min, maximum, minimum, tussen, tussen de, dichtbij, beter dan, slechter dan, groter dan, kleiner dan, vanaf, zwakke, magere, krappe""",
    bounds_after="of hoger, of lager, of meer, of minder, of beter, of slechter, en hoger, en lager, minimaal, maximaal, min, plus, hooguit, hoogstens, minstens, en een beetje, max, en meer, plusje, minnetje, of daaromtrent hoger",
    minus="min, minus, negatief",
    halves="en een half, en half, half, en een halve, enhalf, en een kwart, komma nog wat, en nog wat",
    halves_before="half, halve",
    point="komma, punt",
    out_of="van de, uit, op, op de, van, uit de, van een, out of, van de mogelijke, over, punten van de",
    ten_before="van de, op een schaal tot, schaal van, uit, op de",
    ten_after="puntsschaal, punts schaal, schaal",
    range_words="tot, tot en met, t/m, tm, a, en, tot de, naar",
    percent="procent, percent, pct, %",
    stars="ster, sterren, sterretjes",
    if_words="als, indien, mits, tenzij, wanneer, zodra, zou het zijn als, op voorwaarde",
    if_fine=r"als ik (?:heel |echt )?(?:eerlijk|moet|mag|zou moeten|een cijfer)|als (?:je|jullie|u) het (?:mij|me) vraagt|als (?:cijfer|score|antwoord|beoordeling|klant|waardering)|als het (?:moet|mag|kan)|als dank|net als|alsof|als het ware|als altijd|als enige|als je ziet|zo snel als|net zo .{1,15} als|als laatste|als volgt|als puntje",
    unsure=r"nee wacht|wacht nee|of nee|ik bedoel|bedoel ik|correctie|(?:een |n )?\d+ geweest|zou(?:den)? .{0,12}\d+ zijn geweest|had(?:den)? ik .{0,12}\d+ gegeven|was een \d+ geweest|vorige keer|vroeger|voorheen|normaal(?: gesproken)?|meestal|eerst een|twijfel tussen|vergeet dat|foutje|in plaats van|ligt eraan|vergissing",
    full_marks="volle score, maximale score, hoogste score, hoogste cijfer, laagste cijfer, het maximum, laagste score, maximum score, topcijfer",
    questions="is, zijn, wat, welke, waarom, hoe, kan, mag, dus is, bedoel je, bedoelt u, betekent, moet",
    filler="""alsjeblieft, alstublieft, aub, svp, graag, nu, meteen, direct, bedankt, dank, dankjewel, dankuwel, dank je, dank u, dank je wel, hallo, hoi, hi, hey, ok, oke, oké, groet, groeten, groetjes, gr, mvg, vriendelijke, goedemorgen, goedemiddag, goedenavond,
        ja, hoor, per direct, onmiddellijk, even, dit, mij, me, hartelijk, hartelijke, nou, xx, x""",
    opt_out="""afmelden aub, uit, stop hiermee, hou op, houd op, hou op zeg, kappen, kap ermee, kappen nu, ophouden, nooit meer, niet meer, geen interesse, niet geïnteresseerd, ik heb geen interesse, verkeerd nummer, verkeerde nummer, fout nummer, laat me met rust, laat mij met rust, weg, annuleren, einde, rot op, donder op, verwijder mij, verwijder me,
        verwijder mijn nummer, geen contact, geen contact meer, wil niet meer, ik wil niet meer, ik wil dit niet, ik wil dit niet meer, niet storen, blokkeer, stop ermee, stop daarmee, ik wil eruit, geen sms, niet meer sturen, niks meer sturen, niet sturen, geen berichten, ik stop ermee""",
    opt_out_clause="""stop, stoppen, afmelden, uitschrijven, meld me af, meld mij af, schrijf me uit, schrijf mij uit, afmelding, uitschrijving, stop sms, stop berichten, graag afmelden, graag uitschrijven, wil afmelden, wil uitschrijven, uitgeschreven, afgemeld, ik meld me af, ik schrijf me uit, stopt, opzeggen sms""",
    opt_out_phrases=(
        rf"(?:stop|stoppen|hou op|houd op|ophouden|kap|kappen) (?:nu |aub |alsjeblieft |alstublieft |eens |toch )*(?:met )?(?:het )?(?:mij |me |ons )?(?:te )?(?:sturen|smsen|sms'?en|appen|berichten|mailen|spammen|lastig ?vallen|stalken|contacteren|benaderen|(?:met )?{_MESSAGES}|deze {_MESSAGES}|die {_MESSAGES}|dit soort {_MESSAGES}|{_MESSAGES} sturen|deze onzin|dit gedoe|vragen(?: stellen)?)",
        rf"(?:geen|nooit meer|niet meer|niet langer) (?:verdere |enkele |dit soort |deze |van deze |van die |jullie )?{_MESSAGES}(?: (?:meer|van jullie|sturen|aub|alsjeblieft|ontvangen|krijgen|naar mij|naar me|a\.?u\.?b|graag|hoor))*$",
        rf"(?:geen|niet|nooit|niets) (?:{_MESSAGES} )?(?:meer )?(?:(?:van jullie|meer|naar mij|naar me|aan mij|deze|dit|die|zulke|{_MESSAGES}) )*(?:te )?(?:ontvangen|krijgen|gestuurd|toegestuurd|toesturen|opsturen|gecontacteerd|benaderd worden|benaderd|lastig ?gevallen)(?: (?:worden|meer|van jullie|wil ik|hoor|aub))*",
        rf"(?:stuur|app|sms|mail|bel|bericht|contacteer|benader|schrijf|stoor|spam) (?:me|mij|ons) (?:aub |alsjeblieft |alstublieft |svp )?(?:nooit|niet|geen|niks|niets)(?: (?:meer|langer|nog|{_MESSAGES}|a\.?u\.?b|alsjeblieft|alstublieft|deze|dit|soort|zulke|van|die|op|nummer|hierover|ooit|weer))*$",
        r"(?:stuur|app|sms|mail|schrijf|bericht) (?:niks|niets|nooit|niet)(?: meer)?(?: (?:naar mij|naar me|aub|alsjeblieft|hierheen|meer))*$|(?:nooit|niet|niks|niets) meer (?:te )?(?:sturen|smsen|sms'?en|appen|mailen|schrijven|contacteren|berichten|benaderen)(?: (?:aub|alsjeblieft|a u b|graag|svp|naar mij|naar me))*$",
        r"(?:meld|schrijf|haal|gooi|verwijder|zet|haalt|wis) (?:me|mij|ons|mijn (?:nummer|gegevens|naam|telefoonnummer)|dit nummer)(?: (?:aub|alsjeblieft|graag|svp|nu|direct|per direct|eens))*(?: (?:af|uit|van (?:de|deze|jullie|uw|die|je) \w+(?: af)?|uit (?:het|de|jullie|uw|je) \w+))*(?: (?:aub|alsjeblieft|graag|svp|nu|direct|hiervoor|voor .{0,30}))*$",
        r"(?:wil|zou|kan|mag|wilt u|kunt u|kun je|hoe|graag) .{0,25}(?:uitschrijven|uitgeschreven|afmelden|afgemeld|opt ?out)(?: (?:worden|voor|van|aub|graag|alsjeblieft|zijn|svp|hiervoor|deze|dit|sms|berichten|enquetes?|nu)){0,6}$",
        r"(?:ik )?(?:wil|hoef|wens) (?:dit|deze|die|hier|jullie|niks|niets|geen|zulke)(?: \w+)? ?(?:berichten|sms(?:jes)?|enquetes?|vragenlijsten|appjes|bericht|contact|meer|van jullie|nooit|mails|gevraag)+ ?(?:niet )?(?:meer|van jullie|hebben|ontvangen|krijgen)?(?: meer)?$",
        r"laat (?:me|mij|ons) (?:toch |nou |eens |aub )*met rust|val (?:me|mij) niet (?:meer |langer )?lastig|(?:geen|ik geef geen|trek mijn|intrekken) toestemming(?: meer| in)?|verwijder mijn (?:gegevens|nummer|data)|verkeerd(?:e)? nummer|(?:u hebt|je hebt|jullie hebben) het verkeerde",
        r"(?:aub|alsjeblieft|alstublieft|svp|nu|gewoon|ik zei|zeg|graag|kunnen jullie|kunt u|kun je|willen jullie|wilt u|wil je|en|dus) (?:hiermee |hier mee |nu |direct |eens )?(?:stop|stoppen|ophouden)(?: (?:nu|aub|alsjeblieft|alstublieft|svp|hiermee|hier mee|ermee|daarmee|direct|meteen|met dit|met deze))*$",
        r"^(?:stop|stoppen) (?:nu|aub|alsjeblieft|alstublieft|svp|hiermee|hier mee|ermee|daarmee|direct|meteen|graag|a u b|onmiddellijk|alstjeblieft|dit|eens)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:niet|nooit|non|zonder te|kan niet|kon niet|onmogelijk te) (?:te )?stop(?:pen|te|t)?|stop(?:pen)? niet|(?:bus|tram|trein|tussen|rook|eet|doel)stop|(?:stopt|stoppen|stop|stopte) met (?:roken|werken|bestaan|zeuren)|stoppen (?:de|jullie|ze) ",
    ),
    opt_in="start, aanmelden, inschrijven, hervatten, unstop, weer aanmelden, opnieuw aanmelden, meld me aan, meld mij aan, schrijf me in",
    human="""medewerker, mens, persoon, iemand, een mens, een medewerker, echt mens, echt persoon, echte persoon, manager, leidinggevende, chef, klantenservice, bel me, bel mij, bel me terug, bel mij terug, terugbellen, bellen, bel, help, hulp, hulp nodig, ik heb hulp nodig, operator, agent, mens aub, medewerker aub, spreek medewerker,
        medewerker spreken, iemand spreken, klacht, klacht indienen, contact, contact opnemen, neem contact op, bel me aub, graag bellen, graag contact, graag teruggebeld, baas, supervisor, collega, teamleider, bel even, graag gebeld worden, mens spreken""",
    human_phrases=(
        rf"(?:wil|wilde graag|zou (?:ik )?(?:graag|willen)|kan ik|mag ik|graag|wens|moet|kunnen we|kan|verwacht|laat me|laat mij|ik eis|liever) (?:ik |wel |nu |even |graag |toch |echt |nog |eens |dringend |meteen )*(?:met )?{_PERSON}(?: (?:\w+ ){{0,3}})? ?(?:aan de lijn|aan de telefoon|spreken|praten|bellen|hebben|overleggen|contact|chatten|te spreken|om mee te praten|mee praten)",
        rf"(?:spreken|praten|in gesprek|overleggen|chatten|contact) (?:graag )?met {_PERSON}",
        r"(?:ik )?(?:wil|zou|kan ik|mag ik|graag|wens) (?:\w+ ){0,4}(?:een (?:echt )?mens|een echt persoon|een echte medewerker|een medewerker|een manager|een leidinggevende|iemand van vlees en bloed|teruggebeld|gebeld worden|gebeld|contact met|persoonlijk contact|hulp)(?: .{0,25})?$",
        r"(?:^|aub |graag |alsjeblieft |alstublieft |kun je |kunt u |kunnen jullie |wil je |wilt u |willen jullie |en |dus |svp |\d+ |maar )(?:bel|bellen|belt u|bel je|telefoneer) (?:me|mij|ons)(?: (?:aub|even|a\.?u\.?b|terug|graag|op|morgen|vandaag|maar|eens|alsjeblieft|alstublieft|svp|om|over|z\.?s\.?m|zsm|direct|snel|nu|dan|hierover))*",
        r"(?:kan|kunt|kun|kunnen|wil|willen|wilt|laat|mag|zou|kon) (?:er )?(?:iemand|jullie|u|je|een (?:\w+ )?(?:medewerker|manager|collega|mens|leidinggevende|persoon|chef)|(?:de|uw|jullie|je) (?:manager|leidinggevende|chef|baas)) (?:(?:me|mij|ons|eens|even|aub|dan|alsjeblieft|misschien|met|hierover|vandaag|morgen|contact|graag|een keer|van \w+|daar over|zo snel mogelijk|zsm) )*(?:bellen|terugbellen|opbellen|contact(?:eren)?|helpen|opnemen|spreken|te woord staan|mailen)",
        r"iemand (?:mag|moet|kan|zou|gaat|dient) (?:me|mij|ons) (?:\w+ ){0,3}?(?:bellen|terugbellen|contacteren|helpen)|neem(?:t u)? (?:aub |alsjeblieft |graag |svp |even |alstublieft )*(?:met (?:me|mij|ons) )?contact (?:met (?:me|mij|ons) )?op|contact met (?:me|mij) op(?: te)? ?nemen|graag (?:\w+ ){0,3}(?:contact|teruggebeld|gebeld|terugbellen|een telefoontje|belletje|terug bellen)|verbind (?:me|mij) door|doorverbonden worden|doorverbinden met|geef (?:me|mij) (?:maar )?(?:een|de|uw|jullie) (?:mens|medewerker|manager|leidinggevende|chef|baas|echt)",
        r"(?:geen|niet met een|liever geen) (?:ro)?bot(?: .{0,20})?$|(?:ik )?(?:heb|wil|nodig) (?:dringend |echt |wat )?hulp(?: nodig)?(?: .{0,25})?$|help (?:me|mij)(?: .{0,20})?$|klacht indienen|terugbelverzoek|wie kan ik (?:bellen|spreken)|waar kan ik (?:klagen|terecht|een klacht)",
        r"ben(?:t u| je| ik)? .{0,10}(?:een )?(?:ro)?bot|is (?:hier|er) (?:iemand|een mens)|mens(?:elijk)? (?:aub|alsjeblieft|contact|graag)",
    ),
    human_fine=(
        r"(?:niemand|nooit|niet|geen|zouden|zou|beloofd|beloofde|hebben|heeft|werd|ben|was) (?:(?:mij|me|iemand|terug|te|om|ik|worden|even|eens|netjes|snel) )*(?:bellen|belde|gebeld|teruggebeld|terugbellen|terugbelt|contact|geholpen|opgenomen)(?: (?:worden|zou worden|zouden))?",
        r"(?:hoef|hoeft|niet|nooit|geen|zonder|fijn om|leuk om|prettig om|moeilijk om|lastig om|onmogelijk om|duurde .{0,20}) (?:\w+ ){0,3}(?:te )?(?:spreken|praten|bellen)(?: te)?(?: krijgen)?|kreeg (?:\w+ ){0,4}(?:te spreken|aan de lijn|aan de telefoon)|niet (?:te )?bellen",
    ),
    skip="overslaan, sla over, skip, volgende, pas, geen commentaar, geen opmerking, geen opmerkingen, nvt, n v t, geen antwoord, liever niet, niet nu, later, zeg ik liever niet, deze overslaan, geen, geen reden, weet niet, geen idee",
    corrects="""moet een, ik bedoelde, ik bedoel, bedoelde, bedoel, bedoeling was, moet zijn, had moeten zijn, moest zijn, het moet zijn, dat moet zijn, correctie, maak er van, maak daar, maak er een, maak er, verander in, verander naar, wijzig in, wijzig naar, aanpassen naar, verander het naar, verander mijn score naar, verander het in, wijzig mijn cijfer in, verander mijn cijfer naar, toch een, doe toch maar,
        doe toch, typfout, tikfout, foutje, vergissing, per ongeluk, verkeerd getypt, verkeerde toets, verkeerd gedrukt, het was, beter, toch maar, liever een, ik wilde, ik wou, wilde, ik vergiste me, vergist""",
    corrects_weak="sorry, oeps, oei, nee, nee wacht, wacht, wacht even, pardon, excuus, excuses, o, oh, ah, eigenlijk, fout, verkeerd, bij nader inzien, toch, ho, hmm, of nee, neem me niet kwalijk",
)
