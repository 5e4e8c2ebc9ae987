
"""Polish."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms(?: ow|y|ow|ami|a|em|ów|ki)?|esemes\\w*|wiadomoś[cć]\\w*|ankiet\\w*|maili?|maile|e ?mail\\w*|reklam\\w*|spam\\w*|powiadomie\\w*|pyta[nń]\\w*|tekst\\w*|przypomnie\\w*|ofert\\w*)"
)
_PERSON = (
    "(?:kimś|ktoś|ktos|człowiek\\w*|żyw\\w+ (?:człowiek\\w*|osob\\w*)|konsultant\\w*|pracowni\\w*|kierowni\\w*|osob\\w*|doradc\\w*|operator\\w*|menedżer\\w*|menadżer\\w*|managere?\\w*|przełożon\\w*|szef\\w*|agent\\w*|"
    "przedstawiciel\\w*|specjalist\\w*|obsług\\w*|wami|państwem|supervisor\\w*|dyrektor\\w*)"
)

LEXICON = Lexicon(
    code="pl",
    numbers=(
        "zero", "jedynka, jedynkę", "dwa, dwójka, dwójkę", "trzy, trójka, trójkę", "cztery, czwórka, czwórkę", "pięć, piątka, piątkę", "sześć, szóstka, szóstkę",
        "siedem, siódemka, siódemkę, siódemka", "osiem, ósemka, ósemkę", "dziewięć, dziewiątka, dziewiątkę, dziewiec", "dziesięć, dziesiątka, dziesiątkę, dyszka, dyszkę, dycha, dychę, dziesiec", "jedenaście",
    ),
    framed={1: "jeden"},
    alone={1: "jedna, jedno"},
    big="""dwanaście, trzynaście, czternaście, piętnaście, szesnaście, siedemnaście, osiemnaście, dziewiętnaście, dwadzieścia, trzydzieści, czterdzieści, pięćdziesiąt, sześćdziesiąt, siedemdziesiąt, osiemdziesiąt, dziewięćdziesiąt, sto, setka, tysiąc, tysiące, tysięcy, milion, miliony""",
    frame="""ja, daję, daje, dam, dałbym, dałabym, dalbym, dalabym, dajemy, dałem, dałam, wystawiam, wystawię, stawiam, oceniam, oceniam na, oceniłbym, oceniłbym na, oceniłabym na, ocenił bym na, powiedziałbym, powiedziałabym, powiem, mówię, to, to jest, jest, będzie, byłoby to, był by to, niech będzie, na, za, moja, mój, moje, mocne, mocna, mocną, solidne, solidna, solidną, pełne, pełna, pełną, duże, wielkie, wielka, piękna, piękne, czyste, zasłużone, zasłużona,
        około, ok, mniej więcej, może, chyba, raczej, pewnie, prawdopodobnie, zdecydowanie, zdecydowane, zdecydowana, na pewno, oczywiście, szczerze, szczerze mówiąc, uczciwie, uczciwe, bez wątpienia, tylko, zaledwie, dla mnie, ode mnie, moim zdaniem, według mnie, wg mnie, więc, zatem, dlatego, i, a, ale, tak, no, cześć, hej, witam, dzień dobry, dobry wieczór, siema, dobra, ok, okej, hmm, ocena to, moja ocena to, wynik to, odpowiedź to, łącznie, ogólnie, w sumie, myślę, myślę że, sądzę, uważam, wybieram, że, zasługuje na, zasługujecie na, zasługują na, wam, ci, państwu, im, mu, jej, wy, macie, masz, otrzymujecie, ocena ogólna, takie, taka, taki, takie mocne, z czystym sumieniem, prosto, jak dla mnie, zwykłe, słabe""",
    nouns="ocena, ocenę, punktów, punkty, punkt, pkt, wynik, nps, score, odpowiedź, nota, notę, zadowolenie, p, skala, ocenie, punkta",
    after="ode mnie, dla mnie, moim zdaniem, chyba, myślę, raczej, mniej więcej, może, zdecydowanie, na pewno, bez wątpienia, szczerze, szczerze mówiąc, proszę, daję, dam, powiedziałbym, powiedziałabym, zasłużone, w sumie, ogólnie, dla was, według mnie, jak dla mnie, z czystym sumieniem, za całokształt, z plusem nie",
    follow="""bo, ponieważ, gdyż, za, ale, i, a, dziękuję, dzięki, dziekuje, bardzo, świetna, świetny, świetnie, super, dobra, dobry, dobrze, zła, zły, źle, fatalna, fatalnie, szybka, szybko, szybki, miła, miły, mili, pomocny, pomocna, wszystko, nic, nie, był, była, było, jest, są, obsługa, pan, pani, zbyt, długo, długi, długie, konsultant, konsultantka, pracownik, z, ze, na, w, bez, dlatego, jednak, pomimo, mimo, zawsze, nigdy, polecam, pozdrawiam, brak, kontakt, choć, chociaż, rewelacja, problem rozwiązany, profesjonalnie, profesjonalna, przez, żenada, dramat""",
    endings="pkt, tka, tkę, ka, kę, p, stka, na, ke, tke, mka",
    quiet="skali, od, do, na, z, w, bo, bardzo, że, oceniam, możliwych",
    number_nouns="numer, nr, numerem, liczba, cyfra",
    units="""sekunda*, sekund*, minut*, godzin*, godz, kwadrans*, dzień, dni, dniach, noc, nocy, noce, tydzień, tygodni*, miesiąc*, miesięc*, lat, lata, rok, roku, raz, razy, razem,
        osób, osoby, osobami, ludzi, ludźmi, konsultantów, konsultantami, pracowników, pracownikami, agentów, klientów, kolegów, dzieci, mężczyzn, kobiet, techników, telefonów, telefony, połączeń, połączenia, maili, maile, e-maili, wiadomości, listów, listy, prób, próby, wizyt, wizyty, spotkań,
        zamówień, zamówienia, produktów, produkty, paczek, paczki, sztuk, sztuki, szt, pokoi, pokoje, działów, działy, pytań, pytania, problemów, problemy, błędów, błędy, reklamacji, rzeczy, powodów, powody, kroków, stron, strony, formularzy, faktur, km, kilometrów, metrów, kg, kilo, litrów, stopni, różnych, różne, innych, inne, dni roboczych, kolejnych, pełnych, długich, z was, z moich, z nich, przekierowań, sklepów, oddziałów, spraw, sprawy, zgłoszeń, zgłoszenia, hoteli, linii, biletów, przełączeń, godzinki, nowe, nowych""",
    units_own="min, h, s, gb, mb, k, x, sek, m, ty, ta, te, go, tej, tys",
    time_before="o, od, do godziny, godzinie, o godzinie, przed, po, ok godziny, około godziny, koło, wpół do, do, od godziny",
    time_after="rano, wieczorem, po południu, h, am, pm, w nocy",
    money="zł, złoty, złotych, złote, złotówek, pln, euro, eur, groszy, dolarów",
    months="stycznia, lutego, marca, kwietnia, maja, czerwca, lipca, sierpnia, września, października, listopada, grudnia, styczeń, luty, marzec, kwiecień, maj, czerwiec, lipiec, sierpień, wrzesień, październik, listopad, grudzień",
    refs="""pokój, pokoju, zamówienie, zamówienia, ticket, sprawa, sprawy, zgłoszenie, zgłoszenia, linia, linii, autobus, tramwaj, pociąg, okienko, okienku, terminal, peron, krok, pytanie, opcja, opcję, faza, poziom, wersja, windows, iphone, strona, rozdział, typ, rozmiar, rząd, miejsce, strefa, ulica, dzień, tydzień, miesiąc, rok, faktura, wewnętrzny, dział, klawisz, wciśnij, wybierz, naciśnij, brama, bramka, piętro, piętrze, artykuł, top, autostrada, zjazd, kod, kasa, kasie, klient numer, sala, stolik, agent, konsultant, umowa, covid, blok, mieszkanie, stanowisko, etap""",
    voids="""czekam, czekałem, czekałam, czekać, czekania, dzwoniłem, dzwoniłam, dzwonię, bez, mam, miałem, miałam, mieliśmy, ma, kupiłem, kupiłam, zamówiłem, zamówiłam, dostałem, dostałam, zapłaciłem, zapłaciłam, płacę, trwa, trwało, trwała, rozmawiałem, rozmawiałam, te, tych, wszystkie, ostatnie, ostatnich, następne, pierwsze, pierwszych, każde, po, jesteśmy, byliśmy, było nas, są, między, w, w ciągu, przez, przez ostatnie, od ponad, zajęło, syn ma, córka ma, ma już, już, prawie, te ostatnie, wysłałem, wysłałam, ponad, jakieś, z""",
    ordinals=("pierwszy, pierwsza, pierwsze", "drugi, druga, drugie", "trzeci, trzecia", "czwarty, czwarta", "piąty, piąta", "szósty, szósta", "siódmy", "ósmy"),
    negations="nie, ani, nigdy, żadne, żadna, nawet nie, dlaczego nie, czemu nie, zamiast, ledwo, ledwie, nie na, to nie",
    negations_after=" to za dużo, to przesada, to za wysoko, to zbyt wiele",
    bounds="""mniej niż, więcej niż, mniejsze niż, większe niż, wyższe niż, niższe niż, poniżej, powyżej, pod, co najmniej, przynajmniej, minimum, min, maksymalnie, maksimum, maks, max, najwyżej, co najwyżej, do, prawie, niemal, blisko, bliskie, między, pomiędzy, ponad, nie więcej niż, nie mniej niż, aż do, gorzej niż, lepiej niż""",
    bounds_after="lub więcej, lub mniej, albo więcej, albo mniej, i więcej, i wyżej, lub wyżej, lub niżej, minimum, maksymalnie, maks, max, co najmniej, przynajmniej, najwyżej, wzwyż, z plusem, z minusem, plus, minus, na szynach, z hakiem",
    minus="minus, ujemne",
    halves="i pół, i ćwierć, z połową, i trochę, coś tam",
    halves_before="pół",
    point="przecinek, kropka",
    out_of="na, z, ze, out of, spośród, na możliwych, punktów na, pkt na, w skali do, punkty na, pkt z, w skali",
    ten_before="na, w skali do, skala do, w skali",
    ten_after="punktowej skali, stopniowej skali",
    range_words="do, a, i",
    percent="procent, procenta, procentach, proc",
    stars="gwiazdka, gwiazdki, gwiazdek, gwiazdkę",
    if_words="jeśli, jeżeli, jesli, gdyby, gdybyście, o ile, pod warunkiem, jak naprawicie, jak rozwiążecie, jak to, jak mi, kiedy, gdy, chyba że, dopóki, jeśliby, jak wreszcie",
    if_fine=r"(?:jeśli|jeżeli|gdybym|jeśliby) (?:mam|miał|miała|mogę|musiał|musiała) (?:\w+ )?(?:być|powiedzieć|wybrać|ocenić|dać|szczer\w+|mówić)|jeśli (?:o mnie )?chodzi|jeśli mnie pytasz|jeśli można|jak gdyby|jakby|jeśli nie więcej|jeśli pytacie",
    unsure=r"nie czekaj|czekaj nie|nie zaraz|miałem na myśli|miałam na myśli|znaczy się|korekta|poprawka|byłoby (?:nawet )?\d+|było by \d+|dał(?:bym|abym) \d+ (?:gdyby|jakby|ale gdyby)|ostatnio|poprzednio|ostatnim razem|wcześniej było|zwykle|zazwyczaj|normalnie|waham się|nieważne|pomyłka|pomyliłem|pomyliłam|zamiast|zależy",
    full_marks="najwyższa ocena, najwyższą ocenę, maksymalna ocena, maksymalną ocenę, maksimum punktów, maks punktów, najniższa ocena, najniższą ocenę, pełna pula, najlepsza ocena",
    questions="czy, co, jaka, jaki, jakie, dlaczego, jak, ile, można, czyli, to znaczy, chodzi, kto, gdzie, kiedy, po co",
    filler="""proszę, prosze, dziękuję, dziekuje, dzięki, dzieki, teraz, natychmiast, już, cześć, hej, witam, wieczór, ok, okej, tak, no, pan, pani, państwo, pozdrawiam, pozdrowienia, serdecznie, góry, poważaniem, haha, pls, zaraz, mi, ale, siema, uprzejmie""",
    opt_out="""koniec, anuluj, rezygnacja z sms, dość, dosyć, wystarczy, nigdy więcej, nie chcę, nie chcę więcej, nie chce, nie chce więcej, nie jestem zainteresowany, nie jestem zainteresowana, niezainteresowany, niezainteresowana, brak zainteresowania, zły numer, pomyłka, błędny numer, to pomyłka, zostawcie mnie, dajcie mi spokój, daj mi spokój, proszę dać mi spokój, odczepcie się, odczep się, spadaj, spadajcie, usuń, usuń mnie, usuńcie mnie, proszę mnie usunąć, zablokuj, nie przeszkadzać, przestań, przestańcie, proszę przestać, przestać, nie życzę sobie, cofam zgodę, wycofuję zgodę, wyłącz, odwołaj, żadnych sms, zakończ, skreśl mnie, nie zgadzam się""",
    opt_out_clause="""stop, wypisz, wypisz mnie, wypiszcie mnie, wypisać, proszę mnie wypisać, proszę o wypisanie, wypisanie, wypisuję się, wypisz sms, chcę się wypisać, rezygnuję, rezygnacja, zrezygnuj, zrezygnować, odsubskrybuj, anuluj subskrypcję, stop sms, sms stop, stop wiadomości, koniec sms, wyrejestruj, wyrejestruj mnie, wyrejestrować, chcę zrezygnować, wypisujcie mnie, odpisz mnie, stop ankietom, stop spam""",
    opt_out_phrases=(
        rf"(?:nie|nigdy|proszę nie|prosze nie) (?:mi |do mnie |już |więcej |mnie |do nas )*(?:wysyła(?:j|jcie|ć)|przysyła(?:j|jcie|ć)|pisz(?:cie)?|pisać|wyślij(?:cie)?|kontaktuj(?:cie)?|kontaktować|dzwoń(?:cie)?|dzwonić|męcz(?:cie)?|nęka(?:j|jcie|ć)|przeszkadza(?:j|jcie|ć)|smsuj(?:cie)?|zawracaj(?:cie)?|spamuj(?:cie)?|spamować|niepokoić|zaczepia\w+)(?: (?:do|mnie|mi|się|ze|mną|więcej|już|nigdy|żadnych|tych|takich|{_MESSAGES}|proszę|na|ten|numer|głowy|nic|dziękuję|z|nami))*$",
        rf"(?:przesta[nń](?:cie|my)?|przestać|skończ(?:cie)?|koniec|dość|stop|dosyć|zaprzesta\w+|zakończ\w*)(?: (?:już|proszę|wreszcie|natychmiast|mi|do|mnie|z|tych|tymi|tego|z tymi|wysyłania|wysyłanie))* (?:wysyłać|wysyłania|pisać|przysyłać|przysyłania|męczyć|nękać|spamować|spamu|spamem|dzwonić|kontaktować|zawracać|mnie|smsować|{_MESSAGES})",
        rf"(?:nie) (?:chcę|chce|życzę sobie|zycze sobie|potrzebuję|wyrażam zgody|zgadzam się|mam ochoty|chcemy)(?: (?:już|więcej|na|dłużej|żadnych|takich|tych|od|was|waszych|otrzymywać|dostawać|dostać|być|brać|udziału|w|{_MESSAGES}|informowan\w+|kontaktu|nękan\w+|kontaktowania|się|proszę|do|mnie|ani|żadnego|z|wami|otrzymywania|przesyłanie|wysyłanie))+$",
        rf"(?:żadnych|bez|koniec z|nigdy więcej|więcej żadnych|dość) (?:więcej |już |tych |takich |kolejnych |waszych |dalszych )*{_MESSAGES}(?: (?:więcej|proszę|dziękuję|od was|już))*$",
        r"(?:usu[nń](?:cie)?|usunąć|usunięcie|skreśl(?:cie)?|wykreśl(?:cie|ić)?|wypisz(?:cie)?|wypisać|wyrejestruj(?:cie)?|zabierz(?:cie)?) (?:mnie|mój (?:numer|telefon|nr)|moje (?:dane|imię)|mojego numeru|moich danych|ten numer|się|proszę)(?: .{0,30})?$",
        r"(?:chcę|chce|chciałbym|chciałabym|jak|proszę|prosze|mogę|zamierzam) (?:się |mnie |o |mogę się |można się )*(?:wypisać|wypisanie|zrezygnować(?: z (?:sms|wiadomo|ankiet|otrzym|powiad|subsk).*)?|usunięcie|wyrejestrować|odsubskrybować|rezygnacj\w+)(?: (?:się|z|z tego|z tej|z listy|z sms\w*|z wiadomości|z ankiet|proszę|mnie|numeru))*$",
        r"(?:dajcie|daj|proszę dać) (?:mi|nam) (?:święty )?spokój|zostaw(?:cie)? mnie w spokoju|(?:cofam|wycofuję|odwołuję) (?:swoją |moją )?zgodę|nie wyraża(?:m|łem|łam) zgody|(?:zły|błędny|pomylony) numer|pomyliliście numer|pomyłka",
        r"^(?:stop|przestańcie|przestań|dość|koniec) (?:proszę|już|teraz|natychmiast|tego|z tym|dziękuję|z .{0,25}|wreszcie|tym .{0,20})(?: .{0,15})?$|(?:proszę|prosze|już|teraz) (?:stop|przestać|przestańcie|przestań|zakończyć|skończyć)(?: (?:już|proszę|z tym|to|teraz))*$",
    ),
    opt_out_fine=(r"(?:nie|bez|nigdy) (?:mogę |może |przestają? )?(?:przesta\w+|stop|skończ\w*)|nie przesta\w+|non stop|nonstop|auto ?stop|w końcu|koniec końców",),
    opt_in="start, zapisz, zapisz mnie, wznów, zapiszcie mnie, subskrybuj, unstop, wznowić, ponownie zapisz, rejestracja, zarejestruj, chcę się zapisać, aktywuj",
    human="""konsultant, konsultanta, konsultantka, człowiek, człowieka, żywy człowiek, pracownik, pracownika, osoba, operator, operatora, agent, doradca, kierownik, kierownika, menedżer, menadżer, manager, przełożony, szef, pomoc, pomocy, pomóżcie, potrzebuję pomocy, potrzebna pomoc, proszę o pomoc, zadzwoń, zadzwońcie, zadzwońcie do mnie, zadzwoń do mnie, proszę o telefon, proszę o kontakt, proszę zadzwonić, proszę dzwonić, proszę oddzwonić, oddzwońcie, oddzwoń, oddzwonienie, kontakt, telefon, ktoś, reklamacja, skarga, chcę złożyć skargę, chcę złożyć reklamację, obsługa klienta, biuro obsługi klienta, infolinia, rozmowa z konsultantem, prawdziwy człowiek, prawdziwa osoba, połącz z konsultantem, z konsultantem, chcę rozmawiać""",
    human_phrases=(
        rf"(?:rozmawia[ćc]|porozmawia[ćc]|pogada[ćc]|mówi[ćc]|rozmow\w+|rozmówi[ćc]|pomówi[ćc]|skontaktowa[ćc]|kontaktu?|połącz\w*|połączenie|połączenia|czat|konsultacj\w+|spotka[ćc])(?: (?:się|proszę|mnie|bezpośrednio|telefonicznie))* (?:z|ze) (?:\w+ ){{0,2}}?{_PERSON}",
        rf"(?:chcę|chce|chciałbym|chciałabym|proszę|prosze|potrzebuję|potrzebuje|żądam|mogę|czy mogę|wolę|wolałbym|wolałabym|dajcie mi|daj mi|oczekuję|poproszę) (?:o |na |z |mi |prosić o |prosić |rozmawiać z |dać |się )*(?:\w+ )?(?:{_PERSON}|telefon|rozmowę|rozmowy|kontakt(?:u)?|oddzwonienie|pomoc|pomocy|interwencję|połączenie)(?: .{{0,30}})?$",
        r"(?:za|od)dzwo[nń](?:cie|ić)?\b(?: .{0,30})?$(?<!nie oddzwonić)|(?:proszę|prosze|może|mogłby|mógłby|mogłaby|możecie|niech|czy) (?:\w+ ){0,3}?(?:do mnie )?(?:zadzwonić|oddzwonić|zadzwoni|oddzwoni|skontaktować|skontaktuje|odezwie|pomóc|pomoże|zadzwonił|oddzwonił)(?: .{0,30})?$|skontaktuj(?:cie)? się (?:ze mną|proszę)|pomóż(?:cie)? mi|odezwijcie się",
        r"(?:złożyć|składam|zgłosić|zgłaszam) (?:skargę|reklamację|zażalenie)|(?:z kim|gdzie|do kogo|jak) (?:mogę|mam) (?:\w+ )?(?:porozmawiać|zadzwonić|złożyć|skontaktować|zgłosić)|(?:nie|żaden|bez) (?:z |chcę )?(?:\w+ )?(?:bot\w*|robot\w*|automat\w*)$|(?:konsultant|człowiek|pracownik|kierownik) proszę|czy (?:jest tu|to) (?:ktoś|człowiek|żywy)|jest tam kto",
    ),
    human_fine=(
        r"(?:nikt|nigdy|nie|obiecali|obiecano|mieli|miał|miała|trudno|ciężko|niemożliwe|miło|udało się|bez|godzin|łatwo|długo) (?:\w+ ){0,3}?(?:oddzwoni\w*|zadzwoni\w*|skontaktowa\w*|pomóg\w*|pomogl\w*|pomoc\w*|rozmawia\w*|porozmawia\w*|dodzwoni\w*|dzwoni\w*|odezwa\w*|kontakt\w*|połączy\w*)(?: (?:z|ze|się))*",
        r"(?:pan|pani|konsultant(?:ka)?|pracownik|agent) (?:\w+ )?(?:oddzwonił\w?|zadzwonił\w?|pomógł|pomogła|rozmawiał\w?)|dzięki za (?:kontakt|telefon|pomoc|rozmowę)|(?:bardzo|super|miły|świetny|dobry) (?:konsultant|pracownik|kontakt)",
    ),
    skip="pomiń, dalej, następne, skip, pas, bez komentarza, brak komentarza, brak, nie mam komentarza, nie chcę mówić, wolę nie mówić, później, nie teraz, nie dotyczy, nd, n/d, brak uwag, nie wiem, pomijam, następne pytanie, pasuję, nie mam uwag",
    corrects="""miałem na myśli, miałam na myśli, chodziło mi o, chodziło o, chciałem napisać, chciałam napisać, chciałem dać, chciałam dać, chciałem powiedzieć, chciałam powiedzieć, poprawka, korekta, poprawiam na, zmień na, zmieńcie na, proszę zmienić na, zmieniam na, zmiana na, zmienić na, zmieniam ocenę na, zmień ocenę na, zmień moją ocenę na, proszę zmienić ocenę na, powinno być, miało być, ma być, pomyliłem się, pomyliłam się, pomyłka, literówka, błąd, mój błąd, przez pomyłkę, źle kliknąłem, źle napisałem, jednak, jednak daję, raczej, niech będzie, lepiej, wróć, to znaczy""",
    corrects_weak="przepraszam, sorry, sory, ups, upss, oj, nie, nie czekaj, czekaj, czekajcie, chwila, moment, wybaczcie, właściwie, znaczy, ah, oh, jednak, hmm, kurczę, a nie, o nie, wróć",
)
