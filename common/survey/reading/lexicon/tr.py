"""Turkish."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = "(?:sms\\w*|mesaj\\w*|anket\\w*|bildirim\\w*|reklam\\w*|e ?posta\\w*|mail\\w*|spam\\w*|ileti\\w*|soru\\w*|hatırlatma\\w*)"
_PERSON = (
    "(?:biri(?:yle|si|siyle|sine|ni|nin|leri)?|birisiyle|bir (?:insan|kişi|yetkili|temsilci|müdür|yönetici|görevli|personel|operatör|çalışan|uzman|danışman|gerçek \\w+|canlı \\w+)\\w*|insan\\w*|gerçek \\w+|canlı \\w+|"
    "yetkili\\w*|(?:müşteri )?temsilci\\w*|müdür\\w*|yönetici\\w*|operatör\\w*|görevli\\w*|amir\\w*|personel\\w*|danışman\\w*|sizinle|şef\\w*|patron\\w*|sorumlu\\w*)"
)

LEXICON = Lexicon(
    code="tr",
    numbers=("sıfır", "", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz", "", "onbir, on bir"),
    framed={10: "on", 1: "bir"},
    typos={
        0: "sfr, sıfırr",
        2: "ikii",
        3: "üçç",
        4: "dörtt, dörd",
        5: "beşş",
        6: "altii",
        7: "yed, yeid, yedii",
        8: "sekz, skeiz, sekizz, seki",
        9: "doku, dokz, dokuzz, doquz",
    },
    big="""oniki, onüç, ondört, onbeş, yirmi, otuz, kırk, elli, altmış, yetmiş, seksen, doksan, yüz, bin, milyon, düzine, onsekiz, ondokuz""",
    frame="""ben, benim, bence, bana göre, bir, size, sana, ona, onlara, puanım, puan, notum, not, cevabım, oyum, skorum, değerlendirmem, evet, merhaba, selam, selamlar, iyi günler, iyi akşamlar, günaydın, tabii, tabii ki, kesinlikle, net, tam, tam bir, rahat, rahat bir, rahatlıkla, güçlü, sağlam, büyük, kocaman, koca, kesin, belki, galiba, sanırım, herhalde, muhtemelen, yaklaşık, aşağı yukarı, ortalama, civarı,
        dürüst olmak gerekirse, açıkçası, dürüstçe, sadece, yani, o yüzden, bu yüzden, bu nedenle, ve, ama, fakat, hmm, şey, ok, tamam, peki, genel olarak, toplamda, toplam, için, veriyorum, veririm, verdim, derim, gönülden, dolu dolu, işte, hizmete, hizmetinize, şöyle bir, tercihim, seçimim, zayıf, iyi bir""",
    nouns="puan, puanı, puanım, not, notum, skor, nps, cevap, yanıt, değerlendirme, puandır, oy",
    after="demek istedim, demek istemiştim, diyecektim, yazacaktım, kastettim, puan, veriyorum, veririm, verdim, verdik, veririz, verebilirim, vereceğim, vereyim, verirdim, puan veriyorum, puan veririm, diyorum, derim, diyebilirim, dedim, diyelim, olsun, olur, alır, alırsınız, hak ediyor, hak ediyorsunuz, hakediyor, hakediyorsunuz, benden, bence, sanırım, galiba, herhalde, belki, civarı, gibi, kesinlikle, rahat, rahatlıkla, yeter, yeterli, size, tavsiye ederim, yıldızlı, net, tam puan, lütfen, seçiyorum, işaretliyorum, u, ü, ı, i, dur, dır, dir, dür, tür, tur, puanım, lık, luk",
    follow="""çünkü, zira, ama, fakat, ve, için, teşekkürler, teşekkür, teşekkür ederim, sağolun, sağ, çok, iyi, güzel, harika, mükemmel, süper, kötü, berbat, rezalet, hızlı, yavaş, ilgili, ilgisiz, kibar, nazik, her, hiç, hiçbir, hizmet, hizmetiniz, bekledim, bekleme, memnun, memnunum, kaldım, memnuniyet, temsilci, geç, uzun, personel, sorunum, sorun, sağlık, ilgiden, ilgi, müşteri, tebrikler, idare, ne, çalışanlar, fena, başarılı, nedeni, sebebi, neden, şikayetim""",
    endings="u, ü, ı, i, dur, dır, dir, dür, tür, tur, tir, tır, lık, luk, puan, a, e, ya, ye, um, üm, p",
    quiet="üzerinden, dan, den, arası, ile, skala, ölçek, nun, nin, ın, in, arasında, de, da, e, a, kadar, bir, ihtimal",
    number_nouns="numara, no, nolu",
    units="""saniye*, dakika*, dk, saat*, gün*, gece*, hafta*, ay, aydır, ayda, ayı, ayın, aylık, yıl*, sene*, kez, kere, defa, kere*, defa*, kişi*, insan, insana, insanla, temsilci, temsilciyle, temsilciye, çalışan, görevli, yetkili, yetkiliyle, müşteri, personelle, çocuk, çocuğum, kadın, erkek, arkadaş, telefon, çağrı, arama, mail, mesaj, mektup, e-posta, deneme, randevu, ziyaret,
        sipariş*, ürün*, paket*, parça, adet, tane, kutu, oda, odalı, bölüm, departman, sorun, sorunum, problem, hata, şikayet, şey, sebep, neden, adım, sayfa, form, fatura, km, kilometre, metre, kg, kilo, litre, derece, farklı, ayrı, başka, tam gün, iş günü, uzun, yarım saat, buçuk saat, buçuk gün, mağaza, şube, otel, hat, bilet, talep, kişiyle, dakikada, talebim, numaralı, nolu, katlı, yaşında, yaşındayım, tekrar, numarasınız, numarasın, numaradır, numarasiniz""",
    units_own="de geldi, da geldi, gibi geldi, da aradım, de aradım, te aradım, ta aradım, da geldiler, de geldiler, dk, sn, gb, mb, k, x, m, nci, inci, uncu, üncü, ncı, de bir, sa, g, s",
    time_before="saat, saati, saatler, saat tam",
    time_after="buçukta, sularında",
    money="tl, lira, liraya, liralık, kuruş, euro, dolar, dolara, eur, usd",
    months="ocak, şubat, mart, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık, ocakta, şubatta, martta, nisanda, mayısta, haziranda, temmuzda, ağustosta, eylülde, ekimde, kasımda, aralıkta",
    refs="""oda, sipariş, bilet, talep, hat, otobüs, tramvay, tren, gişe, terminal, peron, adım, soru, seçenek, faz, seviye, sürüm, versiyon, windows, iphone, sayfa, bölüm, tip, beden, sıra, koltuk, bölge, sokak, cadde, gün, hafta, ay, yıl, fatura, dahili, departman, tuş, tuşa, kapı, kat, madde, top, otoyol, çıkış, kod, kasa, salon, masa, temsilci, covid, blok, daire, kapı no, sipariş no, talep no, şikayet no, kayıt no, ilk""",
    voids="""son, ilk, geçen, her, bu, şu, tüm, bütün, toplam, önceki, gelecek, yaklaşık son, oğlum, kızım, aradım, bekledim, tam son, üst üste, neredeyse, en son, günde, haftada, ayda, yılda, saatte, ardı ardına, peş peşe""",
    ordinals=("birinci, ilk", "ikinci", "üçüncü", "dördüncü", "beşinci", "altıncı", "yedinci", "sekizinci"),
    negations="asla, değil, hayır olmaz, neden",
    negations_after="değil, vermem, vermiyorum, vermezdim, veremem, vermedim, bile vermem, bile etmez, bile değil, bile vermiyorum, bile fazla, çok fazla, fazla, diyemem, olmaz, demem, asla, veremeyeceğim, bile çok, hak etmiyor, hak etmiyorsunuz, fazla olur",
    bounds="en az, en fazla, en çok, minimum, maksimum, max, min, neredeyse, hemen hemen",
    bounds_after="max, dan az, den az, tan az, ten az, dan fazla, den fazla, tan fazla, ten fazla, dan düşük, den düşük, tan düşük, ten düşük, dan yüksek, den yüksek, ten yüksek, tan yüksek, dan çok, den çok, ten çok, ın altında, in altında, un altında, ün altında, ın üstünde, in üstünde, un üstünde, ün üstünde, ın üzerinde, in üzerinde, un üzerinde, altı, üstü, ve üstü, ve üzeri, ve altı, veya daha fazla, veya fazlası, ya da daha fazla, ya yakın, e yakın, a yakın, ye yakın, dan biraz, den biraz, dan aşağı, den aşağı, ten aşağı, tan aşağı, en fazla, en az, minimum, maksimum, artı, eksi, ve yukarısı, veya üstü, olabilirdi, olurdu",
    minus="eksi, negatif",
    halves="buçuk, buçuktan, çeyrek, virgül bir şey, küsur",
    halves_before="yarım",
    point="virgül, nokta, buçuk",
    out_of="out of, bölü",
    ten_before="tam puan",
    ten_after="üzerinden, üzerinde, dan, den, luk, luk sistemde, lük, puan üzerinden, da, tam puan üzerinden, luk skalada, un üzerinden, üstünden, puandan",
    range_words="ile, ila, dan, den, ve, 'dan, 'den, 'a, 'e, to, dan a",
    or_words="veya, ya da, yada, ile",
    percent="yüzde, percent",
    stars="yıldız, yıldızlı, yıldızı, yıldızdan",
    if_words="eğer, şayet, olsaydı, olursa, çözülürse, çözerseniz, düzelirse, düzeltirseniz, takdirde, yaparsanız",
    if_ending=r"(?:[ıiuü]r|[ae]r|s[ae]yd|d[ıiuü]y|m[ae]z|olur|t[ıiuü]r)s[ae](?:n[ıi]z|n|m|k|lar|ler)?|(?:[ae]|[ıiuü])r?s[ae]yd[ıi](?:n[ıi]z|m|k|lar|ler)?|s[ae]yd[ıi]\w*",
    if_fine=r"dürüst ol(?:mam|mak|ursam)|soracak olursanız|söylemem gerekirse|gerekirse|derseniz|sorarsanız|bana sorarsan(?:ız)?|puanlarsam|puan verecek olursam|vermem gerekirse|nedense|herkese|kimse\w*|keşke|olsa gerek|neyse|vereceksem|öyleyse|hiç yoksa|ise|bakarsak",
    unsure=r"hayır dur|dur hayır|yok yok|pardon değil|demek istedim|düzeltiyorum|olurdu|verirdim (?:ama|eğer)|(?:geçen|önceki|son) (?:sefer|defa|seferinde)|eskiden|normalde|önceden|kararsızım|arasında kaldım|vazgeçtim|yanlış yazdım|yerine|duruma göre|değişir|hayır bekle",
    full_marks="tam puan, en yüksek puan, en yüksek not, en düşük puan, maksimum puan, yüz üzerinden yüz",
    asks_late=True,
    questions="ne, hangi, neden, niye, nasıl, kaç, kim, nerede, acaba, yani, mı",
    filler="""lütfen, lutfen, teşekkürler, teşekkür, ederim, ederiz, sağol, sağolun, sağ, olun, şimdi, hemen, artık, merhaba, selam, günler, akşamlar, geceler, günaydın, tamam, evet, ok, peki, saygılar, saygılarımla, bey, hanım, efendim, rica, derhal, gelsin, haha, bi, zahmet, dilerim, çalışmalar, tşk, tşkler, tesekkurler""",
    opt_out="""istemiyorum mesaj, mesaj istemem, dur, iptal, iptal et, iptal edin, bitir, çık, bırak, bırakın, son, yeter artık, istemiyorum, artık istemiyorum, ilgilenmiyorum, ilgili değilim, yanlış numara, yanlış kişi, rahat bırakın, beni rahat bırakın, rahatsız etmeyin, rahatsız etme, mesaj atmayın, mesaj atma, yazmayın, yazma, göndermeyin, gönderme, sil, silin, beni silin, beni sil, engelle, kes, kesin, kesin şunu, durdur, durdurun, kapat, kapatın, vazgeç, red, ret, onay vermiyorum, hayır istemiyorum, sms istemiyorum, mesaj istemiyorum, defolun, aramayın, listeden çıkar, çıkar, beni çıkar, çıkarın beni, beni çıkarın, mesaj almak istemiyorum, iptal istiyorum, yollamayın""",
    opt_out_clause="""stop, abonelikten çık, abonelik iptal, abonelik iptali, aboneliği iptal et, üyelikten çık, listeden çıkarın, beni listeden çıkarın, beni listeden çıkar, sms iptal, iptal sms, mesaj iptal, ret sms, dur artık, durun, durun artık, durdurun artık, aboneliğimi iptal edin, stop sms, listeden çıkmak istiyorum, abonelikten çıkmak istiyorum, çıkmak istiyorum, mesajları durdur, mesajları durdurun, mesajı durdur, sms durdur""",
    opt_out_phrases=(
        rf"(?:bana |beni |artık |lütfen |bir daha |daha |fazla |sürekli |bu numaraya |böyle )*(?:{_MESSAGES} )?(?:bir daha |daha fazla |artık |lütfen |bana )*(?:mesaj |sms |anket )?(?:gönderme\w*|yollama\w*|atma(?:yın|yınız|yin)|yazma(?:yın|yınız|yin)|arama(?:yın|yınız)|rahatsız etme(?:yin|yiniz)?|mesaj atma|sms atma)(?: (?:artık|lütfen|bir daha|daha|bana|yeter|teşekkürler|bu|numaraya))*$(?<!(?:arama|gönderme|yollama)(?:sı|si|dı|di|dılar|diler|k))",
        rf"(?:artık |daha fazla |bir daha |böyle |bu |hiçbir |sizden |tür |başka |reklam |lütfen )*{_MESSAGES} (?:\w+ )?(?:istemiyorum|istemiyoruz|almak istemiyorum|istemem|gelmesin|gelmesini istemiyorum|kesin|kesilsin|durdur\w*|iptal\w*|göndermeyi kes\w*|göndermeyi bırak\w*|atmayı (?:kes|bırak)\w*|atılmasın|gönderilmesin|yollamayı (?:kes|bırak)\w*|almayayım|yeter)",
        r"(?:beni|numaramı|adımı|bilgilerimi|bizi|telefonumu|ismimi) (?:\w+ ){0,3}?(?:listeden|listenizden|sistemden|sisteminizden|kayıtlardan|rehberden|buradan)? ?(?:çıkar\w*|sil\w*|kaldır\w*|çıkartın)(?: .{0,20})?$|(?:listeden|listenizden|abonelikten|üyelikten|gruptan) (?:\w+ )?(?:çık\w*|ayrıl\w*|sil\w*)",
        r"(?:beni )?(?:rahat bırak\w*|rahatsız etme\w*|taciz etme\w*)|(?:aboneliğimi|üyeliğimi|aboneliği|üyeliği) (?:\w+ )?(?:iptal|sonlandır|bitir)\w*|iznimi (?:geri )?(?:çek|iptal)\w*|izin vermiyorum|onay vermiyorum|rızam yok|yanlış numara|benimle (?:bir daha )?iletişime geçmeyin|bir daha (?:yazmayın|aramayın|mesaj)",
        r"(?:lütfen|artık|hemen|yeter) (?:şunu |bunu |şu )?(?:dur|durun|stop|kes|kesin|bırakın|durdur\w*|bitirin)(?: (?:artık|lütfen|şunu|bunu))*$|^(?:stop|durun|yeter|kesin|durdurun) (?:artık|lütfen|şunu|bunu|hemen)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:hiç |asla )?(?:durma(?:dan|ksızın)|durmuyor\w*|durma yok)|otobüs dura\w+|durum\w*|siparişi\w* iptal\w*|iptal (?:ettim|ettiler|edildi|oldu)|son (?:derece|olarak|kez|zamanlarda)",
    ),
    opt_in="başla, başlat, devam, devam et, abone ol, yeniden başla, start, tekrar başlat, üye ol, kaydol, unstop, abone olmak istiyorum",
    human="""müşteri temsilcisi, temsilci, insan, gerçek insan, gerçek kişi, yetkili, operatör, müdür, yönetici, amir, görevli, canlı destek, destek, yardım, yardım edin, yardım lazım, yardıma ihtiyacım var, beni arayın, beni ara, arayın, arayın lütfen, ara, geri arayın, beni geri arayın, aranmak istiyorum, beni arar mısınız, biri arasın, biri beni arasın, şikayet, şikayetim var, şikayet etmek istiyorum, müşteri hizmetleri, temsilciye bağlan, temsilciye bağla, müşteri temsilcisine bağlan, yetkiliye bağla, iletişim, bana ulaşın, benimle iletişime geçin, insan lütfen, bir insan, bir yetkili, birisi, görüşmek istiyorum, konuşmak istiyorum, birisiyle görüşmek istiyorum""",
    human_phrases=(
        rf"{_PERSON}(?: (?:ile|le|la))? (?:\w+ ){{0,2}}?(?:konuş(?:mak|abilir|malı|ayım|mam|alım)\w*|görüş(?:mek|ebilir|meli|eyim|mem|elim)\w*|bağla(?:yın|r|nmak|nabilir|nayım|n)?\w*|iletişim\w*|yazışmak|muhatap)(?: (?:istiyorum|isterim|istiyoruz|miyim|mıyım|lazım|gerek|gerekiyor|mısınız|misiniz|lütfen|istedim mi))*",
        r"arayın(?:ız)? (?:beni|bizi)|(?:konuş|görüş)mek (?:istiyorum|isterim|istiyoruz|istemekteyim)|(?:beni|bizi|bana) (?:\w+ ){0,3}?(?:arar mısınız|arayın(?:ız)?|arasın(?:lar)?|arayabilir|arasanız|geri dön\w*|ulaşın|ulaşsın|yardım ed\w+|yardımcı olun|bağlayın|bağlar|ara lütfen|arayabilirmisiniz)",
        r"(?:biri|birisi|bir yetkili|yetkili|müdür\w*|yönetici\w*|temsilci\w*|bir insan|birileri) (?:\w+ ){0,3}?(?:arasın|arayabilir|ulaşsın|yardım (?:etsin|edebilir)|dönsün|arar mı|ilgilensin|geri dönsün|benimle|yardımcı ols\w+)|(?:geri|tekrar) arama (?:istiyorum|bekliyorum|talep)|aramanızı (?:bekliyorum|rica|istiyorum)|aranmak (?:istiyorum|isterim)|telefon bekliyorum|(?:dönüş|arama|aranma|görüşme) (?:bekliyorum|rica ed\w+|talep ed\w+|istiyorum)",
        r"(?:insan|yetkili|temsilci|müdür|yönetici|operatör|bir insan|bir yetkili|gerçek bir (?:insan|kişi)) (?:istiyorum|lütfen|lazım|bağla\w*|verin|var mı)|robot(?:la| değil| istemiyorum)|bot değil|orada (?:biri|kimse) var mı|iletişime geç(?:in|er|sin|ebilir|ilsin)\w*|yardım(?:a ihtiyacım| lazım| istiyorum| edin| eder misiniz)|şikayet(?:im var|te bulunmak| etmek| oluşturmak)|kiminle (?:görüş|konuş)\w*",
    ),
    human_fine=(
        r"(?:kimse|hiç|hala|asla|bir türlü|saatlerce|hiçbir) (?:\w+ ){0,4}?(?:ara(?:madı|mıyor|mamış|nmadım)|ulaş(?:amadım|madı|ılamıyor)|dön(?:medi|müyor)|görüş(?:emedim)|konuş(?:amadım)|bağlan(?:amadım)|yardım(?:cı)? (?:etmedi|olmadı))\w*|(?:aradı|aradılar|ulaştı|yardım ettiler|yardımcı oldu\w*|yardım etti|görüştüm|konuştum|görüşmüştüm)",
        r"(?:görüşmek|konuşmak|aranmak|yardım) istemiyorum|(?:temsilci|personel|yetkili|çalışan) (?:çok )?(?:iyi|kibar|güzel|ilgili|nazik|yardımcı|kaba|kötü)\w*",
    ),
    skip="geç, atla, pas, sonraki, skip, geçiyorum, yorum yok, yorumum yok, yorum yapmak istemiyorum, söylemek istemiyorum, daha sonra, sonra, şimdi değil, cevap yok, bilmiyorum, fikrim yok, boş, sıradaki, diğer, pas geç",
    corrects="""demek istedim, demek istemiştim, yazmak istedim, yazacaktım, yazmak istemiştim, vermek istedim, vermek istemiştim, olacaktı, olacak, olmalı, olmalıydı, düzeltme, düzeltiyorum, değiştirin, değiştir, değiştirmek istiyorum, olarak değiştirin, olarak değiştir, olarak değiştirmek istiyorum, puanımı, yanlış yazdım, yanlışlıkla, yanlış bastım, yanlış oldu, hata yaptım, yazım hatası, kastettim, demek isterdim, daha doğrusu, doğrusu, aslında puanım, yapın, olsun, onu, yerine, diyecektim""",
    rather_than="değil",
    corrects_late="demek istedim, demek istemiştim, diyecektim, yazacaktım, kastettim, olacaktı, olmalıydı",
    corrects_weak="pardon, özür dilerim, kusura bakmayın, affedersiniz, üzgünüm, hayır, hayır dur, yok, dur, bekle, bekleyin, aslında, ups, oops, ay, ah, şey, yanlış, sorry, bi dakika, bir dakika, tüh",
)
