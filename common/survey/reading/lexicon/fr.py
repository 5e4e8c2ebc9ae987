"""French."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms|textos?|messages?|mails?|e ?mails?|courriels?|enquetes?|questionnaires?|sondages?|pubs?|publicites?|spams?|notifications?|"
    "sollicitations?|questions|relances?|demandes|alertes|newsletters?)"
)
_PERSON = (
    "(?:quelqu'?un|une? (?:\\w+ )?(?:vraie? )?(?:personne|humain|etre humain|conseiller|conseillere|agent|responsable|manager|superieur|operateur|operatrice|employee?|collaborateur|"
    "interlocuteur|technicien|directeur|gerant|chef|vendeur|gestionnaire|specialiste|assistant|representant)|(?:le|la|votre|l'|un de vos|vos) ?(?:\\w+ )?(?:responsable|manager|superieure?|directeur|gerant|chef|"
    "direction|service client|sav|conseillers?|agents?|patron|conseiller|equipe)|service client|conseiller|vous|humain|agent|responsable|manager|directeur|directrice|superieur|gerant|patron|chef|operateur|technicien)"
)

LEXICON = Lexicon(
    code="fr",
    numbers=("zéro", "", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "", "dix", "onze"),
    framed={9: "neuf"},
    alone={1: "un, une"},
    big="""douze, treize, quatorze, quinze, seize, dix-sept, vingt, trente, quarante, cinquante, soixante, cent, cents, mille, million, millions, vingtaine, dizaine, centaine, septante, huitante, nonante""",
    frame="""un, une, le, la, les, ce, c', je, j', tu, vous, nous, on, lui, leur, te, me, moi, toi, mon, ma, mes, notre, votre, je mets, je vous mets, je donne, je vous donne, donne, mets, met, donner, mettre, mettrai, mettrais, donnerai, donnerais,
        attribue, attribuerais, je dirais, dirais, dirai, dis, dire, dirait, je dirai, note, noterais, évalue, c'est, c'est un, cest, ce sera, ce serait, ça sera, ca sera, ça mérite, ça vaut, ca vaut, vaut, mérite, méritez, est de, est un, est, serait, sera, bon, bonne, beau, joli, gros, grand, petit, solide, franc, vrai, pur, honnête, large,
        environ, à peu près, peu près, peut-être, peut, être, probablement, sûrement, sans doute, sans hésiter, sans hésitation, certainement, clairement, franchement, honnêtement, sincèrement, plutôt, plutôt un, disons, allez, mettons, seulement, juste, que, quand même, au moins un bon, pour moi, pour ma part, selon moi, à mon avis, de ma part, moi je, donc, alors, du coup, et, mais, car,
        oui, bonjour, salut, bonsoir, coucou, hello, euh, ben, bah, hmm, ok, d'accord, d'acc, ma note est, ma note, sera de, serait de, je choisis, choisis, je pense, pense, crois, je crois, estime, trouve, réponse, de, un score de, une note de, au total, globalement, au final, finalement, en tout, en tout cas, encore, aussi, pour, mention, je vais mettre, je vais donner, vais, vais dire, avec un, s'il vous plaît, attribuer,
        je vous attribue, je lui mets, je leur mets, voici, voilà, ferme, satisfait à, tout de même, l'échelle""",
    nouns="note, score, points, point, nps, pts, pt, réponse, évaluation, appréciation, satisfaction, résultat, notation",
    after="pour moi, pour ma part, selon moi, à mon avis, je pense, je dirais, je crois, environ, peut-être, à peu près, sans hésiter, sans hésitation, sans problème, de ma part, tout simplement, bien sûr, bien mérité, mérité, franchement, honnêtement, s'il vous plaît, svp, au total, globalement, je trouve, je mets, quand même, pour vous, ou un truc comme ça",
    follow="""car, parce, parceque, pcq, puisque, mais, et, pour, merci, c', c'était, c'est, vu, grâce, à cause, très, tres, bon, bonne, bien, super, excellent, excellente, parfait, parfaite, rapide, mauvais, mauvaise, trop, le, la, les, l', un, une, j', j'ai, je, vous, nous, on, il, elle, ils, était, est, service, avec, rien, pas, tout, personnel, accueil, conseiller, conseillère, sympa, gentil, gentille, professionnel, efficace, top, génial, nul, nulle, malgré, même, toujours, jamais, sauf, ras, dommage, déçu, déçue, satisfait, satisfaite, en, dans, sur, au, ça, ca, long, longue, attente, pointé""",
    endings="pts, pt, points, sur",
    quiet="échelle, sur, de, à, une, si, dans, que, qu, merci, très, beaucoup, bien, car",
    number_nouns="numéro, nº, num, no, nombre, chiffre, le chiffre, le numéro",
    plural=r"[a-zéèêàç]{3,}[^su\W]s",
    units="""seconde, secondes, minute, minutes, minutes d'attente, heure, heures, demi-heure, demi-heures, jour, jours, journée, journées, nuit, nuits, semaine, semaines, mois, ans, année, années, fois, quart d'heure, quarts,
        personnes, personne, gens, agents, conseillers, conseillères, employés, techniciens, clients, collègues, enfants, hommes, femmes, interlocuteurs, responsables, appels, coups de fil, mails, e-mails, emails, messages, courriers, lettres, tentatives, essais, rendez-vous, rdv, visites,
        commandes, articles, produits, colis, pièces, cartons, chambres, services différents, questions, problèmes, problème, erreurs, réclamations, choses, raisons, étapes, pages, formulaires, factures, km, kilomètres, mètres, kg, kilos, litres, degrés, différents, différentes, autres, jours ouvrés, bonnes, longues, de vos, d'entre, de mes, des, nouvelles, nouveaux,
        transferts, relances, magasins, agences, hôtels, dossiers, tickets, lignes, voitures, plats, boissons, couverts, reprises, week-ends, étages, séances""",
    units_own="an, h, min, mn, s, j, eme, e, er, ere, nd, sec, k, go, mo, x, ème, d'attente",
    time_before="à, vers, depuis, dès, jusqu'à, avant, après, vers les, entre midi et, pendant",
    time_after="heures du matin, heures du soir, heure du matin, h, am, pm, heures pile",
    money="euro, euros, eur, centimes, francs, dollars, balles",
    months="janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre, janv, fevr, avr, juil, sept, oct, nov, dec",
    refs="""chambre, commande, ticket, dossier, ligne, bus, tram, train, guichet, terminal, quai, voie, étape, question, option, phase, niveau, version, windows, iphone, page, chapitre, type, taille, rang, rangée, siège, zone, rue, avenue, boulevard, jour, semaine, mois, année, facture, référence, ref, poste, département, touche, tapez, appuyez sur, porte, étage, article, top, autoroute, sortie, code, caisse, client numéro, salle, le bureau, agent, contrat, covid, batiment, appartement, arrondissement""",
    voids="""attends, attendu, attendre, appelé, avec, sans, ai, j'ai, a, avait, avais, ont, avons, acheté, commandé, reçu, payé, dure, duré, parlé, ces, tous les, toutes les, derniers, dernières, derniers, prochains, premières, premiers, chaque, par, sont, étions, sommes, suis, étaient, entre, en, dans, dans les, les derniers, y a, il y a, ya, fallu, déjà, fils a, fille a, il a, elle a, pris, mis plus de, envoyé, sur, tenu, bout de, au bout de, aux""",
    ordinals=(
        "premier, première",
        "deuxième",
        "troisième",
        "quatrième",
        "cinquième",
        "sixième",
        "septième",
        "huitième",
    ),
    negations="pas, pas un, jamais, ni, même pas, pas même, aucun, pourquoi pas, non pas, au lieu de, à peine, guère, plus que",
    negations_after=" c'est trop, c'est beaucoup trop, est exagéré, serait exagéré",
    bounds="""mais de, moins de, moins que, moins d'un, plus de, plus que, plus d'un, inférieur à, supérieur à, en dessous de, au-dessus de, au dessus de, au moins, au minimum, au maximum, au plus, minimum, maximum, max, min, jusqu'à, presque, quasi, quasiment, pas loin de, proche de, près de, entre, à partir de, sous""",
    bounds_after="ou plus, ou moins, et plus, et moins, minimum, maximum, max, mini, maxi, au moins, au plus, au minimum, au maximum, plus, moins, et des poussières, voire plus, voire moins, grand maximum, à la limite",
    minus="moins, négatif, minus",
    halves="et demi, et demie, et quart, virgule quelque chose, et des poussières",
    halves_before="demi",
    point="virgule, point",
    out_of="sur, sur les, out of, de, sur un total de, sur un maximum de, points sur, pour",
    ten_before="sur, sur une échelle de, échelle de",
    ten_after="points d'échelle",
    range_words="à, et, jusqu'à, au, a",
    percent="pourcent, pour cent, pourcents",
    stars="étoile, étoiles",
    if_words="si, s'il, s'ils, s'il y avait, à condition, quand vous aurez, lorsque vous, sauf si, dès que, une fois que, sinon",
    if_fine=r"si je (?:suis|dois|devais|peux) (?:\w+ )?(?:honnete|honnête|sincère|franche?|mettre|donner|noter|choisir|dire)|si vous (?:me )?(?:demandez|voulez|insistez)|si on (?:me demande|veut)|si possible|même si|comme si|si ce n'est|si bien que|si (?:bien|bon|rapide|gentil|long|mauvais|vite|peu|sympa|agréable)|s'il (?:vous|te) (?:plait|plaît)|si besoin",
    unsure=r"non attend(?:s|ez)|attend(?:s|ez) non|euh non|je voulais dire|je veux dire|correction|(?:aurait|aurais|auriez|aurions) (?:\w+ ){0,2}(?:été|mis|donné|mérité|eu|dit)|la dernière fois|dernière fois|avant c'était|d'habitude|normalement|auparavant|hésite entre|j'hésite|oubliez|oublie ça|erreur de frappe|au lieu de|plutôt que|ça dépend",
    full_marks="note maximale, note maximum, la meilleure note, meilleure note, note parfaite, le maximum, la note la plus haute, la pire note, note minimale, note max, la moyenne",
    questions="est-ce, c'est quoi, quelle, quel, pourquoi, comment, que, qu'est-ce, combien, peut-on, faut-il, vous voulez dire, est, donc, dois-je, ça veut",
    filler="""s'il, vous, plaît, plait, svp, stp, te, merci, bonjour, salut, bonsoir, coucou, ok, oui, maintenant, immédiatement, tout, de, suite, cordialement, journée, soirée, madame, monsieur, mdr, lol, désormais, déjà, d'accord, équipe, mesdames, messieurs, sincèrement, salutations, cdt""",
    opt_out="""fin, stop tout, arrête, arrêtez, arrêtez ça, arretez tout, ça suffit, ca suffit, assez, plus jamais, pas intéressé, pas intéressée, pas interessé, je ne suis pas intéressé, je ne suis pas intéressée, mauvais numéro, faux numéro, erreur de numéro, vous vous trompez de numéro, laissez-moi tranquille, laisse-moi tranquille, foutez-moi la paix, fichez-moi la paix, annuler, supprimer, supprimez-moi, supprimez mon numéro, résilier, je refuse, quitter, pas de sms, plus de sms, dégagez, cessez, j'arrête""",
    opt_out_clause="""stop, arret, arrêt, désabonner, désabonnez-moi, desabonne-moi, désinscrire, désinscription, désinscrivez-moi, désabonnement, stop sms, arrêt sms, me désabonner, me désinscrire, se désabonner, je me désabonne, je me désinscris, stop svp, stop messages, arreter sms, stop pub, sms stop, stoppez, stopper, désinscris-moi, désinscrivez moi, désabonnez moi""",
    opt_out_phrases=(
        rf"(?:arr[eê]te[zr]?|cesse[zr]?|stoppe[zr]?|stop|halte|marre|finissez)(?: (?:svp|stp|maintenant|tout de suite|immédiatement|donc|s'il vous plait|un peu))* (?:de |d'|à |aux? |avec |les? |l'|ces |vos |tous |toutes )*(?:m'|me |nous )?(?:envoyer|envoie|écrire|contacter|harceler|spammer|déranger|embêter|solliciter|texter|relancer|importuner|appeler|messages?|sms|textos?|{_MESSAGES})",
        rf"(?:ne |n'|n )?(?:m'|me |nous )?(?:envoy(?:ez|er|es?|ie)|écri(?:vez|re|s|ve)|contact(?:ez|er|e|es)|dérange[zr]?|sollicite[zr]?|harcel(?:ez|er)|embêtez|textez|relancez|appelez|importunez|spammez)(?:[ -](?:moi|me|nous))? (?:plus|pas|jamais|rien)(?: (?:jamais|de|rien|d'|aucun|ces|vos|{_MESSAGES}|svp|stp|s'il vous plait|merci|sur ce numéro|pour|ça|à ce numéro|du tout))*$",
        rf"(?:plus|pas|aucun|jamais|sans) (?:jamais )?(?:de |d'|vos |ces |aucun )?(?:nouveaux |autres |tels )?{_MESSAGES}(?: (?:svp|stp|merci|s'il vous plait|de votre part|publicitaires?|à l'avenir|de vous|pour moi))*$",
        r"(?:veux|souhaite|désire|voudrais|voulons|aimerais|souhaitons|veut) (?:plus|pas|ne plus|ne pas|aucun)(?: (?:jamais|du tout))* ?(?:recevoir|avoir|être (?:contactée?|sollicitée?|dérangée?|recontactée?|interrogée?)|de|d'|participer|qu'on me|que vous m)(?: .{0,50})?$",
        rf"ne plus (?:recevoir|être (?:contactée?|sollicitée?|dérangée?)|m'|me (?:contacter|déranger|solliciter|envoyer|écrire|relancer))|(?:ne |n')(?:plus )?(?:m'|me )(?:envoyer|contacter|déranger|écrire|solliciter|envoyez) (?:plus|de {_MESSAGES})",
        r"(?:retire[zr]?|enlève[zr]?|enlevez|supprime[zr]?|efface[zr]?|raye[zr]?|ôte[zr]?|sor(?:tez|s)|désinscri(?:vez|s|re)|désabonne[zr]?|exclu(?:ez|re))[ -](?:moi|mon (?:numéro|nom|contact|adresse|tel|téléphone)|mes (?:données|coordonnées|informations)|ce numéro|m'|nous)(?: .{0,40})?$",
        r"(?:me|m'|veux|voudrais|souhaite|comment|peux|pouvez|merci de|de) ?(?:me |m'|vous )?(?:désabonner|désinscrire|retirer|rayer|supprimer de)(?: (?:de|des|du|à|svp|merci|cette|vos|votre|la|liste|s'il).*)?$",
        r"(?:laisse[zr]?|fiche[zr]?|foute[zr]?|foutez|laisser)[ -]?(?:moi|nous) (?:tranquilles?|en paix|la paix)|(?:mauvais|faux) numéro|trompez? de (?:numéro|personne)|retire mon (?:consentement|accord)|je ne consens|pas (?:donné|consenti) (?:mon )?(?:accord|consentement|à recevoir)",
        r"(?:svp|stp|merci de|merci d'|veuillez|prière de|pouvez vous|je vous demande de|vous prie de|il faut|s'il vous plait|j'ai dit|dit de|et) (?:arrêter|stopper|cesser|stop|arrêtez|stoppez|cessez)(?: (?:ça|cela|maintenant|svp|immédiatement|tout de suite|tout|s'il vous plait|merci))*$",
        r"^(?:stop|arr[eê]tez|arr[eê]te|stoppez|cessez) (?:ça|cela|maintenant|svp|stp|immédiatement|tout de suite|tout|tout ça|s'il (?:vous|te) plait|merci|avec .{0,25})(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:non|sans|n'arr[eê]tez?|ne pas|n'arr[eê]tent|n'a pas|n'ont pas|n'arr[eê]te) ?(?:pas )?(?:stop|s'arr[eê]ter|d'arr[eê]t|arr[eê]t|arr[eê]ter|stopper)|arr[eê]t (?:de bus|du bus|maladie|de tram|du tram|de travail)|(?:n'|ne s'|n )arr[eê]te(?:z|nt)? (?:pas|jamais)",
    ),
    opt_in="start, reprendre, réabonner, réinscrire, s'abonner, abonner, abonnez-moi, recommencer, inscrire, inscrivez-moi, réinscrivez-moi, unstop, je m'abonne",
    human="""conseiller, conseillère, agent, humain, personne, un humain, une personne, un conseiller, vraie personne, une vraie personne, opérateur, opératrice, responsable, manager, un responsable, service client, rappelez-moi, rappelez moi, rappelle-moi, appelez-moi, appelez moi, appelle-moi, rappel, rappeler, à rappeler, me rappeler, merci de me rappeler, contactez-moi, contactez moi, aide, aidez-moi, à l'aide, besoin d'aide, j'ai besoin d'aide, quelqu'un, réclamation, parler à un conseiller, un agent, conseiller svp, être rappelé, je veux être rappelé, un être humain, assistance, sav, supérieur, je souhaite être rappelé, interlocuteur, parler à quelqu'un""",
    human_phrases=(
        rf"(?:parler|parle|discuter|échanger|m'entretenir|communiquer|dialoguer|voir|avoir affaire|m'adresser|joindre|contacter|rencontrer|avoir) (?:directement |svp |vite |enfin )*(?:à |avec |au |a |en ligne )*{_PERSON}",
        rf"(?:veux|voudrais|souhaite|aimerais|souhaiterais|désire|peux[ -]je|puis[ -]je|pourrais|pourrai|exige|demande|préfère|besoin d'|besoin de|donnez[ -]moi|passez[ -]moi|envoyez[ -]moi|mettez[ -]moi|faut) (?:\w+ )?(?:parler|avoir|joindre|voir|à|en relation avec|en contact avec)? ?{_PERSON.replace('|vous|', '|')}(?: .{{0,30}})?$",
        r"(?:rappel(?:ez|le|er)|appel(?:ez|le)|contact(?:ez|e)|recontact(?:ez|e)|téléphon(?:ez|e))[ -](?:moi|nous)\b(?! (?:pas|plus|jamais))|(?:me|m'|nous) ?(?:rappeler|appeler|téléphoner|contacter|recontacter|rappelle|rappeliez|appelle|contacte|aider)(?: .{0,30})?$",
        r"(?:être|etre) (?:rappelée?|contactée?|recontactée?|appelée?|aidée?)|(?:j'ai |ai )?besoin d'(?:aide|assistance|un humain|un conseiller|être rappelée?)|aidez[ -]moi|qui (?:puis[ -]je|peux[ -]je|dois[ -]je) (?:appeler|contacter|joindre)|comment (?:vous |puis-je vous )?(?:joindre|contacter)|prenez contact|mettez[ -]moi en (?:relation|contact)|passez[ -]moi",
        r"(?:quelqu'?un|un (?:\w+ )?(?:conseiller|responsable|humain|agent|manager|technicien)|une (?:vraie )?personne|vous|votre responsable|on|le responsable) (?:\w+ ){0,2}?(?:peut|pourrait|pouvez|pourriez|peut[ -]il|doit|puisse|va|peux)(?: t-il| il| elle| vous)? ?(?:svp |bien )?(?:me |m'|nous )(?:rappeler|appeler|contacter|aider|téléphoner|recontacter|répondre)",
        r"(?:pouvez|pourriez|peux|pourrais)[ -](?:vous|tu) (?:svp )?(?:me |m'|nous )(?:rappeler|appeler|contacter|aider|recontacter|passer|téléphoner)|(?:demande|souhaite|veux|attends|exige) (?:un |votre |d'être )?(?:rappel|appel|contact téléphonique|rappelée?)|(?:faire|déposer|porter) (?:une )?(?:réclamation|plainte)|(?:veux|voudrais|souhaite|aimerais|tiens à) me plaindre",
        r"(?:pas|plus) (?:à |avec |d')?(?:un |une )?(?:robot|machine|bot|ia)$|(?:conseiller|humain|agent|vraie personne|responsable) (?:svp|s'il vous plait|stp)|y a[ -]t[ -]il (?:quelqu'un|un humain)|il y a quelqu'un",
    ),
    human_fine=(
        r"(?:personne|jamais|pas|plus|promis|devait|devaient|devez|sans|n'a|n'ont|impossible|difficile|pour|fini par|réussi|agréable|arriver|arrivé|pu|réussir|heures) (?:\w+ ){0,3}?(?:de |d'|à )?(?:me |m')?(?:rappel(?:er|ée?|lé|le)|appel(?:er|é|lé)|contact(?:er|ée?)|aid(?:er|ée?)|répondu|parler|joindre|avoir|rappelle)(?: (?:à|avec|un|une|quelqu'?un|personne|au)){0,3}",
        r"(?:m'a|m'ont|on m'a|il m'a|elle m'a|vous m'avez|a su|a pu|ont su) (?:\w+ )?(?:rappel\w+|contact\w+|aid\w+|appel\w+|parl\w+|m'aider|me rappeler)|n'?(?:ai|avez|a) pas besoin",
    ),
    skip="passer, suivant, suivante, skip, sauter, pas de commentaire, aucun commentaire, sans commentaire, rien à dire, sans réponse, je passe, passe, plus tard, pas maintenant, ne se prononce pas, sans avis, nsp, ras, aucune raison, question suivante, je préfère ne pas répondre, ne sais pas",
    corrects="""je voulais dire, je voulais mettre, voulais dire, je veux dire, voulais mettre, je pensais, correction, erratum, plutôt, mettez plutôt, changer en, changer pour, changez en, changez pour, remplacer par, modifier en, modifiez en, modifier par, modifier ma note en, changer ma note en, changez ma note en, changez ma note pour, mettez, mettez un, c'était, c'est plutôt, je me suis trompé, je me suis trompée, me suis trompé, erreur de frappe, faute de frappe, erreur de ma part, erreur, par erreur, finalement, en fait c'est, en fait c'était, ma vraie note est, au lieu, disons plutôt""",
    corrects_weak="pardon, désolé, désolée, oups, oops, non, attends, attendez, non attendez, en fait, excusez-moi, excuse-moi, ah, oh, zut, euh, mince, enfin, au fait, excusez moi, euh non, sorry, après réflexion",
)
