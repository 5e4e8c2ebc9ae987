"""Italian."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms|messaggi(?:ni)?|messaggio|testi|e ?mail|mail|sondaggi|sondaggio|questionari|questionario|pubblicità|spam|notifiche|avvisi|domande|"
    "comunicazioni|promozioni|whatsapp|richieste|roba|cose)"
)
_PERSON = (
    "(?:qualcuno|un[ao']? ?(?:\\w+ )?(?:persona|umano|essere umano|operatore|operatrice|agente|consulente|responsabile|supervisore|manager|direttore|addett[oa]|dipendente|tecnico|collega|"
    "rappresentante|assistente|impiegat[oa]|capo|superiore)|(?:il|la|l'|vostro|suo|col|con il|al) ?(?:vostro |suo )?(?:\\w+ )?(?:responsabile|supervisore|manager|direttore|capo|superiore|titolare|servizio clienti|assistenza|operatore)|servizio clienti|assistenza|operatore|persona|umano|"
    "voi|lei|consulente)"
)

LEXICON = Lexicon(
    code="it",
    numbers=("zero", "", "due", "tre", "quattro", "cinque", "", "sette", "otto", "nove", "dieci", "undici"),
    framed={6: "sei", 1: "uno"},
    typos={
        0: "zerro, zreo",
        3: "tree",
        4: "quatro, quattr, quatto, quatrro",
        5: "cinqe, cinqu, cique, cinqeu",
        7: "sete, stte",
        8: "oto, ottto, otot",
        9: "novve, nvoe",
        10: "dieic, deici, diece, dieic",
    },
    alone={1: "un, una, un'"},
    big="""dodici, tredici, quattordici, quindici, sedici, diciassette, diciotto, diciannove, venti, ventuno, trenta, quaranta, cinquanta, sessanta, settanta, ottanta, novanta, cento, mille, mila, milione, milioni, dozzina, centinaia""",
    frame="""un, uno, una, il, la, lo, l', io, do, darei, vi do, le do, ti do, gli do, dò, vi darei, dare, dato, dico, direi, dirò, metto, metterei, mettere, assegno, assegnerei, valuto, voto, il mio voto è, mio voto è, voto è, è, è un, è da, sarebbe, sarà, è stato un, con, con un, merita, meritate, meritano, meritate un, penso, credo, credo che, ritengo, scelgo, direi che, darei un, darei un bel, bel, bello, gran, grande, pieno, solido, tondo, buon, sincero, onesto,
        circa, più o meno, intorno a, intorno al, forse, probabilmente, sicuramente, certamente, decisamente, assolutamente, sinceramente, onestamente, francamente, senza dubbio, senz'altro, solo, soltanto, appena, almeno un bel, per me, secondo me, a mio parere, da parte mia, mio, mia, quindi, perciò, dunque, e, ma, che, sì, si, certo, ciao, salve, buongiorno, buonasera, buon giorno, beh, be', mah, ok, va bene, allora, ehm, hmm, eh, punteggio è, risposta è, valutazione è,
        in totale, in generale, complessivamente, alla fine, nel complesso, di, voto di, punteggio di, meglio, piuttosto, più, più un, diciamo, facciamo, vada per, da, direi un bel, sempre, vi, ti, le, gli, mi, tranquillamente, un bel""",
    nouns="voto, punteggio, punti, punto, score, nps, risposta, valutazione, giudizio, pt, pti, soddisfazione, votazione, voti",
    after="assoluto, spaccato, tondo, per me, secondo me, a mio parere, da parte mia, direi, credo, penso, circa, più o meno, forse, senza dubbio, sicuramente, e lode, con lode, tondo, pieno, sinceramente, per favore, in generale, meritato, meritatissimo, tutto sommato, complessivamente, il mio voto, è il mio voto, per voi, per il servizio",
    follow="""perché, perche, xké, xche, xchè, poiché, siccome, ma, e, per, grazie, molto, ottimo, ottima, buono, buona, buon, bravo, brava, bravi, pessimo, pessima, cattivo, tutto, niente, nulla, non, il, la, lo, i, gli, le, l', mi, mio, mia, è, era, siete, sono, ero, servizio, veloce, lento, lunga, lungo, troppo, gentile, gentili, cortese, cortesi, perfetto, perfetta, con, senza, anche, però, sempre, mai, professionale, professionali, complimenti, soddisfatto, soddisfatta, velocissimi, in, a, personale, attesa, un, una, dato, visto, ho, hanno, ha, bene, male, disponibile, peccato, eccellente""",
    endings="pt, pti, punti",
    quiet="ops, ups, scusa, scusate, scala, su, da, a, di, per, che, molto, perché, possibili, possibile, se",
    number_nouns="numero, numeri, num, nr, n, no, il numero",
    units="""secondo, secondi, minuto, minuti, minutini, ora, ore, mezz'ora, mezzora, giorno, giorni, notte, notti, settimana, settimane, mese, mesi, anno, anni, volta, volte,
        persone, persona, operatori, operatrici, agenti, consulenti, addetti, dipendenti, tecnici, clienti, colleghi, bambini, figli, uomini, donne, chiamate, telefonate, e-mail, email, mail, messaggi, lettere, tentativi, visite, appuntamenti,
        ordini, articoli, prodotti, pacchi, pezzi, scatole, camere, reparti, uffici, domande, problemi, problema, errori, reclami, cose, ragioni, motivi, passaggi, pagine, moduli, fatture, km, chilometri, metri, kg, chili, litri, gradi, diverse, diversi, differenti, altre, altri, giorni lavorativi, lunghi, lunghe, di voi, dei vostri, dei miei, dei, delle, trasferimenti, negozi, filiali, pratiche, hotel, alberghi, linee, ticket, solleciti, richiami, orette, nuovi, nuove, bollette""",
    units_own="min, h, s, gb, mb, k, x, sec, a volta, o giorno, gg",
    time_before="alle, dalle, le ore, ore, verso le, fino alle, prima delle, dopo le, all', da, dopo, fino a",
    time_after="am, pm, h, di mattina, di sera, del mattino, in punto, del pomeriggio",
    money="euro, eur, centesimi, dollari, franchi, lire, euri, sterline",
    months="gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre, dicembre, gen, feb, mar, apr, mag, giu, lug, ago, sett, ott, nov, dic",
    refs="""camera, stanza, ordine, ticket, caso, pratica, linea, bus, autobus, treno, sportello, terminal, binario, passo, domanda, opzione, fase, livello, versione, windows, iphone, pagina, capitolo, tipo, taglia, fila, posto, zona, via, viale, giorno, settimana, mese, anno, fattura, riferimento, rif, interno, reparto, tasto, premi, prema, premere, digitare, digiti, porta, piano, articolo, top, autostrada, uscita, codice, cassa, cliente numero, sala, tavolo, operatore, agente, contratto, covid, scala, civico, appartamento""",
    voids="""aspetto, aspettato, aspettare, attesa, atteso, chiamato, chiamare, senza, ho, avevo, ha, hanno, abbiamo, comprato, ordinato, ricevuto, pagato, pagare, dura, durata, parlato, questi, queste, tutti i, tutte le, ultimi, ultime, prossimi, primi, prime, ogni, per, siamo, eravamo, erano, tra, fra, in, entro, negli ultimi, da oltre, dopo, prima di, impiegato, volute, voluti, servono, ci sono, ci vogliono, figlio ha, figlia ha, durante, quasi, i, gli, le, quei, da ben, ben, oltre, già""",
    ordinals=(
        "primo, prima",
        "secondo, seconda",
        "terzo, terza",
        "quarto, quarta",
        "quinto, quinta",
        "sesto, sesta",
        "settimo",
        "ottavo",
    ),
    negations="non, mai, neanche, nemmeno, neppure, nessun, né, perché non, al posto di, invece di, macché, altro che, non un, non è",
    negations_after=" non lo meritate, è troppo, sarebbe troppo",
    bounds="""meno di, più di, più che, minore di, maggiore di, inferiore a, superiore a, sotto il, sotto al, sotto, sopra il, sopra al, sopra, almeno, almeno un, come minimo, minimo, massimo, al massimo, al massimo un, max, min, fino a, fino al, quasi, quasi un, vicino a, vicino al, tra, tra il, tra un, a partire da, oltre il, non più di, non meno di""",
    bounds_after="max, o più, o meno, e più, e meno, come minimo, come massimo, minimo, massimo, al massimo, almeno, in su, in giù, e qualcosa, più, meno, meno meno, o superiore, o inferiore, scarso, scarsi, abbondante",
    minus="meno, negativo",
    halves="e mezzo, e mezza, e un quarto, e qualcosa, e rotti",
    halves_before="mezzo, mezza",
    point="virgola, punto",
    out_of="su, su un totale di, di, out of, su un massimo di, punti su, sui, su una scala di, sul",
    ten_before="su, scala di, su una scala di, massimo",
    ten_after="punti totali",
    range_words="a, al, e, fino a, fino al",
    or_words="o, a",
    percent="per cento, percento, percentuale",
    stars="stella, stelle, stelline",
    if_words="se, qualora, a condizione che, purché, a meno che, quando risolverete, quando mi, quando sistemate, appena, una volta che, nel caso",
    if_fine=r"se (?:devo|dovessi|posso|vogliamo|voglio) (?:\w+ )?(?:essere|dire|dare|scegliere|valutare|votare|sincer[oa]|onest[oa])|se (?:me lo )?(?:chiedete|chiedi)|come se|anche se|se non sbaglio|se possibile|se proprio|se non di più|se volete",
    unsure=r"(?:via|viale|piazza|corso) (?:\w+ ){1,3}\d+|(?:avrei|stavo per) (?:dato|messo|detto|dare|mettere|dire)|no aspetta|aspetta no|anzi no|volevo dire|intendevo|correzione|(?:sarebbe|avrei|avrebbe|avreste) (?:\w+ ){0,2}(?:stato|dato|messo|meritato)|(?:l'ultima|la scorsa|l'altra) volta|prima era|di solito|normalmente|una volta era|indeciso tra|indecisa tra|lascia perdere|errore di battitura|mi sono sbagliat[oa]|invece di|al posto di|dipende",
    counterfactual=r"sarebbe|avrei|avrebbe|darei|potrebbe|poteva|sennò|altrimenti",
    otherwise=r"se|quando|invece di|al posto di|per (?:un|il)|non (?:un|è|do)|meno|manca|tolgo|troppo",
    full_marks="voto massimo, massimo dei voti, il massimo, punteggio massimo, punteggio pieno, a pieni voti, voto più alto, voto minimo, il voto più basso, massimi voti",
    questions="è, cosa, che cosa, qual, quale, perché, come, posso, devo, quanto, quindi, significa, vuol dire, intendete, chi, dove, quando",
    filler="""per, favore, cortesia, piacere, grazie, mille, tante, ciao, salve, buongiorno, buonasera, giorno, ora, adesso, subito, immediatamente, ok, sì, si, va, signore, signora, saluti, cordiali, distinti, giornata, serata, spett, staff, team, già, anticipatamente, pls, ahah, ahahah, haha""",
    opt_out="""fine, annulla, annullare, basta, basta così, ora basta, adesso basta, non più, mai più, non mi interessa, non sono interessato, non sono interessata, non interessato, numero sbagliato, avete sbagliato numero, ha sbagliato numero, sbagliato numero, lasciatemi in pace, lasciami in pace, lasciatemi stare, lasciami stare, smettetela, smettila, smettere, la smetta, finitela, piantatela, eliminatemi, elimina, cancella, rimuovi, rimuovetemi, blocca, non disturbare, non disturbate, non voglio, non voglio più, non ne voglio più, fermati, fermatevi, fermare, revoco, revoca, esci, rifiuto, niente sms, recesso, disdire, disdetta""",
    opt_out_clause="""stop, disiscrivimi, disiscrivetemi, disiscrizione, disiscriviti, disiscrivere, disiscrivermi, cancellami, cancellatemi, cancellazione, cancellarmi, annulla iscrizione, annullare iscrizione, cancella iscrizione, cancellare iscrizione, stop sms, sms stop, basta sms, basta messaggi, basta mail, stop messaggi, voglio cancellarmi, voglio disiscrivermi, rimuovimi, toglietemi, stop spam, annulla sottoscrizione, mi disiscrivo, mi cancello""",
    opt_out_phrases=(
        rf"(?:non|mai) (?:mi |ci )?(?:(?:mandat|inviat|scrivet|contattat|disturbat|chiamat|spedit|scocciat|importunat|molestat|tartassat)e|mandare|inviare|scrivere|contattare|disturbare|chiamare|(?:mandi|invii|scriva|contatti|disturbi|chiami)(?:no)?)(?:mi|ci|temi|telo|temene)? ?(?:(?:più|piu|mai|mai più|{_MESSAGES}|questi|queste|altri|altre|nessun|niente|per|favore|grazie|di|nulla|vostri|a|questo|numero|su)\s?)*$",
        rf"(?:smett(?:ete|etela|ila|i|ere|a|ano)|piant(?:atela|ala)|basta|finit(?:ela|e)|stop|cessate|evitate|fermate)(?: (?:subito|ora|per favore|immediatamente|adesso))* (?:di |con |a |per favore )?(?:i |gli |le |la |questi |queste |questa |tutti |tutte |questo |il )*(?:mandarmi|inviarmi|scrivermi|contattarmi|disturbarmi|mandare|inviare|scrivere|contattare|disturbare|chiamarmi|importunarmi|stressarmi|spam|{_MESSAGES})(?: .{{0,40}})?$",
        rf"(?:non|smettere di) (?:voglio |desidero |vorrei |intendo |gradisco )(?:più |piu )?(?:ricever\w*|essere (?:contattat[oa]|disturbat[oa])|altri {_MESSAGES}|altre {_MESSAGES}|{_MESSAGES}|partecipare|avere|saperne|i vostri|nessun)(?: .{{0,40}})?$|non (?:voglio|desidero) che mi (?:contattiate|scriviate|mandiate|disturbiate)",
        rf"(?:niente|nessun|non più|basta con i|basta con|senza|mai più) (?:più |altri |altre |questi |ulteriori )?{_MESSAGES}(?: (?:più|per favore|grazie|da voi|di questo tipo|per me))*$",
        r"(?:togli|toglietemi|toglimi|togliere|rimuov(?:ete|i|ere|a)|cancell(?:ate|a|are|i)|elimin(?:ate|a|are|i)|depennat|leva(?:te)?)(?:mi|temi|etemi)?(?: (?:per favore|subito))? ?(?:dalla (?:lista|vostra|mailing)|dall'elenco|dalle liste|dalla vostra|dai vostri|il mio (?:numero|nominativo|contatto|nome)|i miei dati|dal (?:database|sistema|vostro)|da (?:questa|questo|tutto))",
        r"(?:voglio|vorrei|desidero|come (?:faccio a |posso |ci si )?|per favore|potete|chiedo di|prego di|chiedo la) ?(?:disiscriver\w*|disiscriv\w*|cancellar(?:mi|e l'iscrizione|mi da .*)|cancellatemi|disdire (?:l'iscrizione|questo servizio sms)|cancellazione|annullare l'iscrizione|essere (?:cancellat[oa]|rimoss[oa]|disiscritt[oa]))(?: .{0,30})?$",
        r"lasci(?:a|ate|atemi|ami)(?:mi|temi)? (?:in pace|stare|perdere)|numero sbagliato|sbagliato (?:numero|persona)|revoco (?:il )?(?:mio )?consenso|non (?:ho dato|do|presto) (?:il )?(?:mio )?consenso|non (?:mi )?disturbate|avete rotto",
        r"(?:per favore|per cortesia|subito|ora|ho detto|vi prego|potete|potreste|vi chiedo di|e) (?:stop|smettere|smettetela|basta|fermatevi|smettila|finitela)(?: (?:subito|ora|per favore|con questo|così|grazie|adesso))*$",
        r"^(?:stop|basta|smettetela|smettila) (?:subito|ora|per favore|adesso|grazie|così|con .{0,25}|davvero|immediatamente)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:non|senza|mai) (?:riesco a |posso |si )?(?:smett\w+|stop|ferma\w*)|non basta|basta (?:poco|un|una|che|chiedere|dire|che|e avanza|guardare)|(?:pit|non|auto) ?stop|mi basta",
    ),
    opt_in="start, attiva, iscriviti, iscrivimi, riprendi, riprendere, riattiva, iscrivetemi, iscrizione, unstop, ricomincia, riattivare, voglio iscrivermi",
    human="""fatemi chiamare, essere umano, un essere umano, voglio un essere umano, voglio un umano, fatemi parlare, fatemi richiamare, operatore, operatrice, umano, persona, una persona, un umano, persona reale, persona vera, agente, consulente, responsabile, supervisore, manager, direttore, aiuto, aiutatemi, aiutami, ho bisogno di aiuto, mi serve aiuto, chiamatemi, chiamami, mi chiami, richiamatemi, richiamami, chiamare, mi chiamate, mi richiami, richiamata, essere richiamato, voglio essere richiamato, vorrei essere richiamato, qualcuno, assistenza, servizio clienti, reclamo, voglio reclamare, voglio fare reclamo, fare un reclamo, contattatemi, contattami, contatto, parlare con operatore, parlare con un operatore, un operatore, parlare, essere umano, un essere umano, operatore umano, operatore per favore, voglio parlare con qualcuno, supporto""",
    human_phrases=(
        rf"(?:parlare|parlo|discutere|comunicare|conferire|interloquire|mettermi in contatto|in contatto|entrare in contatto|chattare|avere a che fare|un colloquio|mettetemi in contatto|contattare) (?:direttamente |per favore |subito |al telefono )*(?:con |a |al |col )?{_PERSON}",
        rf"(?:voglio|vorrei|desidero|posso|potrei|esigo|pretendo|chiedo|preferisco|preferirei|ho bisogno di|mi serve|passatemi|mi passi|datemi|passami|dammi|gradirei|attendo|aspetto) (?:\w+ )?(?:parlare|con|essere (?:richiamat[oa]|chiamat[oa]|contattat[oa]|ricontattat[oa])|un[ao']? ?(?:operatore|umano|persona|responsabile|supervisore|chiamata|richiamata|contatto)|il (?:responsabile|direttore|supervisore|manager)|aiuto|assistenza|di un[ao']? ?\w+|una vostra chiamata|che qualcuno|che mi (?:chiam\w+|contatt\w+|richiam\w+))(?: (?:{_PERSON}|al telefono|.{{0,30}}))?$",
        r"(?:ri)?chiam(?:atemi|ami|ateci)(?! (?:pazzo|pazza))|(?:ri)?contatt(?:atemi|ami|ateci)|telefonatemi|aiutatemi|aiutami|(?:mi|ci) (?:può|puo|potete|potreste|potrebbe|puoi|fate) (?:per favore )?(?:ri)?(?:chiamare|contattare|telefonare|aiutare|ricontattare|richiamare)|(?:potete|può|puo|potreste|potrebbe|pregasi|prego|si prega di|vi prego di|favore) (?:\w+ )?(?:ri)?(?:chiamar|contattar|telefonar|aiutar|ricontattar)(?:mi|ci)|(?:mi|ci) (?:ri)?(?:chiami|chiamate|contatti|contattate|chiamano)(?: (?:per favore|qualcuno|un|subito|oggi|domani|grazie|al|voi|il).*)?$",
        r"(?:qualcuno|un (?:\w+ )?(?:operatore|responsabile|umano|supervisore|consulente)|una persona|il responsabile) (?:\w+ )?(?:che )?(?:mi |ci )?(?:può|puo|potrebbe|possa|deve|mi) ?(?:(?:ri)?chiam(?:i|are|armi)|(?:ri)?contatt(?:i|are|armi)|aiut(?:i|are|armi)|richiam\w+|rispondere|telefonare|spieg\w+)|(?:può|puo|potrebbe|possa) (?:qualcuno|un operatore|una persona) (?:(?:ri)?chiamar|(?:ri)?contattar|aiutar|parlar)\w+",
        r"(?:attendo|aspetto|richiedo|chiedo|gradirei) (?:una |la |vostra |un |vostro )*(?:chiamata|telefonata|contatto|richiamata|risposta da una persona)|(?:con chi|dove|a chi) (?:posso|devo) (?:parlare|chiamare|reclamare|rivolgermi)|(?:fare|presentare|sporgere) (?:un )?reclamo|mettetemi in contatto|passatemi",
        r"(?:non|no|niente|senza) (?:con |voglio )?(?:un |una )?(?:robot|macchina|bot|risponditore)$|(?:operatore|persona|umano|responsabile) (?:reale|vera|per favore|subito|umano)|c'è qualcuno|(?:sei|è) (?:un )?(?:robot|umano)",
    ),
    human_fine=(
        r"(?:nessuno|mai|non|promesso|dovevano|dovevate|impossibile|difficile|facile|piacere|riuscito|riuscita|ore per|senza|dopo aver|ho dovuto|piacevole|detto che) (?:\w+ ){0,3}?(?:mi |ci )?(?:ha |hanno |avete |avrebbero )?(?:(?:ri)?chiamat\w*|(?:ri)?contattat\w*|aiutat\w*|rispost\w*|parlare|(?:ri)?chiamare|(?:ri)?contattare|parlato|richiamav\w+|richiamo)(?: (?:con|a)){0,1}",
        r"(?:mi|ci) (?:ha|hanno|avete) (?:\w+ )?(?:chiamat\w|richiamat\w|aiutat\w|contattat\w|ricontattat\w)|non (?:ho bisogno|mi serve|voglio) (?:di )?(?:aiuto|parlare|essere|nulla)",
    ),
    skip="salta, passo, avanti, successiva, successivo, skip, saltare, nessun commento, no comment, niente da dire, niente da dichiarare, preferisco non rispondere, preferisco non dire, più tardi, non ora, dopo, non applicabile, n/a, non so, passa, nessuno, prossima, domanda successiva, non saprei",
    corrects="""volevo dire, volevo mettere, intendevo, intendevo dire, voglio dire, intendo, correzione, correggo, rettifico, cambia in, cambiate in, cambiare in, cambio in, cambiatelo in, cambia il mio voto in, cambiare il voto in, cambiate il mio voto in, modifica in, modificate in, modificare in, metti, mettete, metta, metti un, mettete un, dovrebbe essere, doveva essere, era, era un, mi sono sbagliato, mi sono sbagliata, ho sbagliato, sbagliato, errore, errore mio, per errore, errore di battitura, per sbaglio, anzi, anzi un, meglio, meglio un, piuttosto, in realtà è, in realtà era, facciamo, al posto""",
    corrects_late="volevo dire, intendevo",
    corrects_weak="scusa, scusate, scusi, ops, oops, no, no aspetta, aspetta, aspettate, aspetti, pardon, in realtà, ah, oh, mi scusi, mi dispiace, sorry, ripensandoci, a pensarci bene, cioè, uff",
)
