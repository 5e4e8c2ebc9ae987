
"""Hindi, in Devanagari and as it is typed in Latin letters, with the English number words that are part of it."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = "(?:sms|एसएमएस|मैसेज\\w*|मेसेज\\w*|संदेश\\w*|सर्वे\\w*|msg|msgs|mesej|message|messages|mess?age|survey|surveys|sandesh|विज्ञापन|स्पैम|spam|सवाल|sawal)"
_WORDY = "[\\p{L}\\p{M}]+"
_PERSON = (
    r"(?:किसी(?: (?:व्यक्ति|इंसान|आदमी|अधिकारी|असली \[^ ]+|मैनेजर|एजेंट|और|से))?|इंसान|व्यक्ति|मैनेजर|एजेंट|अधिकारी|कर्मचारी|प्रतिनिधि|सुपरवाइजर|ऑपरेटर|आप|कस्टमर केयर|मालिक|बॉस|"
    "kisi(?: (?:insaan|insan|aadmi|admi|person|agent|manager|human|executive|se|aur|asli \\w+))?|insaan|insan|aadmi|admi|manager|agent|adhikari|human|executive|supervisor|operator|customer care|representative|aap|real person|person|senior)"
)

LEXICON = Lexicon(
    code="hi",
    numbers=(
        "शून्य, ज़ीरो, जीरो, सिफर, shunya, zero, jeero", "", "two, टू", "तीन, थ्री, three, teen", "चार, फोर, four, char, chaar", "पांच, पाँच, फाइव, five, paanch, panch, paach", "छह, छः, छे, छ, सिक्स, six, chhe, chhah, che",
        "सात, सेवन, seven, saat", "आठ, एट, eight, aath, aat, ath", "नौ, नाइन, nine, nau", "दस, टेन, ten, das, dus", "ग्यारह, इलेवन, eleven, gyarah",
    ),
    framed={2: "दो, do", 1: "one, वन"},
    alone={1: "एक, ek"},
    big="""बारह, तेरह, चौदह, पंद्रह, सोलह, सत्रह, अठारह, उन्नीस, बीस, तीस, चालीस, पचास, साठ, सत्तर, अस्सी, नब्बे, सौ, हजार, हज़ार, लाख, करोड़, twelve, twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety, hundred, thousand, barah, bees, pachas, sau, hazar, hazaar, lakh""",
    frame="""मैं, मै, मेरा, मेरी, मेरे, मेरी तरफ से, मेरी ओर से, मेरी रेटिंग, मेरा स्कोर, मेरे हिसाब से, हम, हमारी तरफ से, आपको, आप, तुम्हें, उन्हें, उसे, को, इसे, देता हूं, दूंगा, दूँगा, दूंगी, देना चाहूंगा, स्कोर, अंक, रेटिंग, नंबर, जवाब, हां, हाँ, जी, जी हां, नमस्ते, नमस्कार, हैलो, शायद, लगभग, करीब, करीब करीब, पक्का, बिल्कुल, पूरे, पूरा, पूरे के पूरे, सीधा, ईमानदारी से, सच कहूं तो, केवल, सिर्फ, बस, तो, इसलिए, और, लेकिन, ठीक है, की तरफ से, के लिए, कुल, कुल मिलाकर, एक, सीधे, यह, ये, है, की रेटिंग, का स्कोर, आपकी सेवा को, सेवा को, सर्विस को,
        main, mai, me, mein, mera, meri, mere, meri taraf se, meri rating, mere hisab se, mere hisaab se, hum, aapko, apko, aap, unhe, usko, isko, ko, dunga, doonga, dungi, deta hu, score, rating, number, haan, han, ha, ji, namaste, hello, hi, shayad, lagbhag, karib, kareeb, pakka, bilkul, poore, pure, pura, poora, seedha, sirf, bas, to, toh, isliye, aur, lekin, ok, theek hai, thik hai, ki taraf se, ke liye, kul, ek, yeh, ye, hai, full, solid, definitely, i, i'd, i'll, give, would, will, say, a, you, my, rate, it, is, its, around, about, maybe, honestly, from me, just, only, so, and, service ko""",
    nouns="अंक, स्कोर, रेटिंग, पॉइंट, प्वाइंट, नंबर, एनपीएस, जवाब, मार्क्स, ank, score, rating, point, points, number, nps, jawab, marks, no, numbers",
    after="दूंगा, दूँगा, दूंगी, दूँगी, देता हूं, देता हूँ, देती हूं, देती हूँ, देंगे, देते हैं, दिया, दिए, देना चाहूंगा, देना चाहूंगी, देना चाहता हूं, दे रहा हूं, दे रही हूं, दे सकता हूं, दे सकती हूं, कहूंगा, कहूंगी, है, हैं, हूं, होगा, अंक, मेरी तरफ से, मेरे हिसाब से, शायद, लगभग, पक्का, जी, ही, दो, मिलते हैं, मिलेंगे, मिलना चाहिए, मिलने चाहिए, अंक देता हूं, लिख लो, बिल्कुल, दीजिए, के लायक, काफी है, ठीक रहेगा, dunga, doonga, dungi, doongi, dunga main, deta hu, deta hun, deta hoon, deti hu, deti hun, deti hoon, denge, dete hai, dete hain, diya, diye, de raha hu, de rahi hu, de sakta hu, dena chahunga, dena chahungi, kahunga, kahungi, hai, he, h, hoga, meri taraf se, mere hisab se, shayad, pakka, ji, hi, milega, milna chahiye, milne chahiye, rahega, theek hai, thik hai, bhai, yaar, sir, madam, please, from me, for me, for sure, i guess, i think",
    follow="""क्योंकि, क्यूंकि, क्यों कि, कारण, लेकिन, मगर, पर, और, धन्यवाद, शुक्रिया, बहुत, अच्छा, अच्छी, अच्छे, खराब, बेकार, बढ़िया, शानदार, सेवा, सर्विस, तेज, धीमी, सब, कुछ, नहीं, मैं, मुझे, मेरा, मेरी, आपकी, आपका, आपने, एजेंट, स्टाफ, के, का, की, से, में, हमेशा, कभी, खुश, संतुष्ट, समय, इंतजार, एकदम, ज्यादा, kyunki, kyuki, kyonki, kyoki, karan, lekin, magar, par, aur, dhanyavad, dhanyawad, shukriya, thanks, thank, bahut, bohot, bhot, achha, accha, acha, achhi, acchi, achi, kharab, bekar, bekaar, badhiya, badiya, mast, service, seva, sab, kuch, nahi, nahin, main, mujhe, mera, meri, aapki, aapka, aapne, agent, staff, ke, ka, ki, se, mein, me, hamesha, kabhi, khush, because, but, for, good, great, very, since, as, bad, with, samay, time, wait, ekdam""",
    endings="अंक, नंबर, star nahi, pts, points, दूंगा, में, out, of",
    quiet="में, से, का, की, के, पर, को, स्केल, पैमाने, पैमाना, mein, me, se, ka, ki, ke, ko, par, scale, pe, तक, tak, बहुत, out, of, मौका, बीच",
    number_nouns="नंबर, number, no, क्रमांक, अंक",
    units="""सेकंड*, सेकेंड*, मिनट*, घंटे, घंटा, घंटों, दिन, दिनों, रात, रातें, हफ्ते, हफ्ता, हफ्तों, सप्ताह, महीने, महीना, महीनों, माह, साल, सालों, वर्ष, बार, दफा, मर्तबा, लोग, लोगों, लोगो, व्यक्ति, व्यक्तियों, आदमी, एजेंट, एजेंटों, कर्मचारी, कर्मचारियों, ग्राहक, बच्चे, बच्चों, औरतें, कॉल, फोन, ईमेल, मैसेज, संदेश, पत्र, कोशिश, कोशिशें,
        ऑर्डर, सामान, उत्पाद, पैकेट, पीस, डिब्बे, कमरे, विभाग, विभागों, सवाल, समस्या, समस्याएं, गलती, शिकायत, शिकायतें, चीजें, चीज, कारणों, कदम, पेज, फॉर्म, बिल, किमी, किलोमीटर, मीटर, किलो, लीटर, डिग्री, अलग, अलग अलग, दूसरे, कार्य दिवस, दुकान, शाखा, टिकट, जने, जन, मिनट तक,
        second, seconds, minute, minutes, mins, minat, ghante, ghanta, ghanto, ghanton, hour, hours, din, dino, dinon, day, days, raat, hafte, hafta, hafton, week, weeks, mahine, mahina, mahino, month, months, saal, salo, saalon, year, years, baar, bar, dafa, times, log, logo, logon, people, agents, aadmi, admi, employees, customers, bachche, bachhe, calls, call, phone, emails, messages, koshish, tries,
        orders, saman, items, packets, piece, pieces, kamre, departments, sawal, problem, problems, samasya, galti, shikayat, complaints, cheez, cheezein, pages, km, kilo, litre, alag, alag alag, dusre, different, tickets, stores, kaam ke din, jagah""",
    units_own="min, hr, hrs, s, gb, mb, k, x, am, pm, baje ke, वां, वीं, वें, th, st, nd, rd, g",
    time_before="subah, shaam, सुबह, शाम, रात के, दोपहर",
    time_after="बजे, बजकर, baje, bje, am, pm, o'clock, बजने, तारीख, tarikh, tareekh",
    money="रुपये, रुपए, रुपया, रूपये, रू, पैसे, डॉलर, यूरो, rupaye, rupees, rupee, rs, inr, rupay, paise, dollar, euro",
    months="जनवरी, फरवरी, मार्च, अप्रैल, मई, जून, जुलाई, अगस्त, सितंबर, सितम्बर, अक्टूबर, नवंबर, दिसंबर, january, february, march, april, june, july, august, september, october, november, december",
    refs="""कमरा, कमरा नंबर, ऑर्डर नंबर, ऑर्डर, टिकट, केस, लाइन, बस, ट्रेन, काउंटर, टर्मिनल, प्लेटफॉर्म, गेट, कदम, सवाल, विकल्प, चरण, स्तर, पेज, अध्याय, साइज, सीट, जोन, मंजिल, कोड, दबाएं, बटन, room, order, ticket, case, line, bus, train, counter, terminal, platform, gate, step, option, level, page, size, seat, zone, floor, code, dabaye, dabaya, button, room number, order number, iphone, windows, top, case number, extension, agent, covid, flat, सेक्टर, sector""",
    voids="""इंतजार, इंतज़ार, पिछले, अगले, हर, प्रति, ये सभी, सभी, पहले, करीब करीब पिछले, बिना, बेटा, बेटी, उम्र, पूरे पिछले, में से सिर्फ, intezar, intzaar, intezaar, pichle, agle, har, sabhi, pehle, bina, beta, beti, umar, last, past, next, every, waited, called, कम से, सुबह के, दिन के, तकरीबन""",
    ordinals=("पहला, पहली, पहले, pehla, pehli", "दूसरा, दूसरी, dusra, dusri", "तीसरा, तीसरी, teesra, tisra", "चौथा, चौथी, chautha", "पांचवा, पांचवां", "छठा", "सातवां", "आठवां"),
    negations="नहीं, न, ना, मत, कभी नहीं, not, never, don't, can't, no, nahi, nahin, na, mat, wouldn't, won't",
    negations_after=" नहीं दूंगा, नहीं दूंगी, भी नहीं, तो नहीं, नहीं दे सकता, नहीं दे सकती, के लायक नहीं, बहुत ज्यादा है, bhi nahi, bhi nhi, to nahi, toh nahi, nahi dunga, ke layak nahi, zyada hai",
    bounds="कम से कम, ज्यादा से ज्यादा, अधिक से अधिक, अधिकतम, न्यूनतम, लगभग लगभग, kam se kam, zyada se zyada, jyada se jyada, minimum, maximum, max, min, less than, more than, at least, almost, under, below, above, over, तकरीबन तकरीबन, नीचे, ऊपर",
    bounds_after="से कम, से ज्यादा, से ज़्यादा, से अधिक, से ऊपर, से नीचे, से थोड़ा, के करीब, के आसपास से कम, या ज्यादा, या ज़्यादा, या कम, या अधिक, या उससे ज्यादा, या उससे अधिक, या उससे कम, से कम नहीं, तक, se kam, se jyada, se zyada, se adhik, se upar, se neeche, se niche, se thoda, ya jyada, ya zyada, ya kam, ya usse zyada, ya usse jyada, tak, or more, or less, or higher, minimum, maximum, max, plus, minus, प्लस, माइनस, ke karib, ke kareeb",
    minus="माइनस, minus, negative, ऋणात्मक",
    halves="दशमलव, पॉइंट पांच, and half, and a half, point, half, सही आधा",
    halves_before="साढ़े, सवा, पौने, डेढ़, ढाई, आधा, saadhe, sadhe, saade, sade, sava, sawa, paune, dedh, dhai, half, aadha",
    point="दशमलव, पॉइंट, point, dashamlav",
    out_of="out of, of, on, from, बटा, बटे, bata, by, बाई, आउट ऑफ, out",
    ten_before="out of",
    ten_after="में से, मे से, में, मे, में से मैं, mein se, me se, mai se, main se, mein, me, se, के पैमाने, के स्केल, ke scale, ke paimane, अंकों में से, अंक में से, नंबर में से, point scale",
    range_words="से, se, to, और, aur, till, se lekar, से लेकर, के बीच",
    percent="प्रतिशत, फीसदी, फ़ीसदी, परसेंट, percent, pratishat, fisdi, takka, टका",
    stars="स्टार, तारे, सितारे, star, stars, tare, sitare",
    if_words="अगर, यदि, बशर्ते, जब तक, agar, yadi, agr, if, jab tak, ठीक करो तो, ठीक कर दो तो, theek karo to, thik karo to, unless",
    if_fine=r"(?:अगर|यदि|agar|if) (?:मैं |main |i )?(?:सच|ईमानदारी|sach|imandari|honest|am honest|you ask|मुझसे पूछो|mujhse pucho|कहना|बोलूं|देना|dena|i had to)",
    unsure=r"नहीं रुको|रुको नहीं|मेरा मतलब|मतलब था|nahi ruko|ruko nahi|nahi nahi|mera matlab|matlab tha|पिछली बार|pichli baar|पहले तो|आमतौर पर|हो सकता था|दे देता|दे देती|देता अगर|deta agar|de deta|de deti|hota agar|last time|i mean|गलती से|galti se|के बजाय|ki jagah|के बदले|निर्भर|no wait|wait no|would have",
    full_marks="पूरे अंक, पूरे नंबर, सबसे ज्यादा, सबसे अधिक अंक, full marks, poore number, pure number, sabse zyada, सबसे कम अंक, पूरे मार्क्स, full number",
    asks_late=True,
    questions="क्या, कौन, कौनसा, क्यों, कैसे, कितना, कितने, कब, कहां, kya, kaun, kyun, kyu, kaise, kitna, kitne, kab, what, is, does, why, how, which, मतलब, matlab",
    filler="""कृपया, प्लीज, प्लीज़, धन्यवाद, शुक्रिया, अब, अभी, तुरंत, नमस्ते, नमस्कार, हैलो, जी, हां, हाँ, है, सर, मैडम, भाई, बस, please, pls, plz, dhanyavad, dhanyawad, shukriya, ab, abhi, turant, namaste, hello, hi, ji, haan, ok, okay, hai, sir, madam, bhai, thanks, thank, you, now, yaar, kripya, haha""",
    opt_out="""रोको, रोकें, रोक दो, बस करो, बस कीजिए, अब बस, खत्म, रद्द, रद्द करें, कैंसिल, मत भेजो, मत भेजें, मत भेजिए, संदेश मत भेजो, नहीं चाहिए, मुझे नहीं चाहिए, रुचि नहीं, रुचि नहीं है, दिलचस्पी नहीं, गलत नंबर, रॉन्ग नंबर, परेशान मत करो, परेशान न करें, परेशान मत कीजिए, मुझे परेशान मत करो, हटाओ, हटा दो, मुझे हटाओ, मुझे हटा दो, नंबर हटाओ, अकेला छोड़ दो, मेरा पीछा छोड़ो, छोड़ दो, मुझे मैसेज मत करो, roko, rok do, bas karo, bas kro, cancel karo, mat bhejo, mat bhejiye, msg mat bhejo, nahi chahiye, nhi chahiye, mujhe nahi chahiye, interest nahi hai, interested nahi, galat number, wrong number, pareshan mat karo, hatao, hata do, mujhe hatao, mujhe hata do, number hatao, chhod do, mujhe message mat karo, message mat karo, message nahi chahiye, sms nahi chahiye, end, quit, cancel""",
    opt_out_clause="""बंद करो, बंद करें, बंद कीजिए, बंद कर दो, बन्द करो, बन्द करें, स्टॉप, band karo, band kro, band kijiye, band kar do, bandh karo, सदस्यता समाप्त, अनसब्सक्राइब, अनसब्सक्राइब करें, सदस्यता समाप्त करें, stop karo, stop kro, stop kijiye, stop kar do, मैसेज बंद करो, मैसेज बंद करें, संदेश बंद करें, संदेश बंद करो, message band karo, msg band karo, sms band karo, unsubscribe karo, unsubscribe kar do, stop sms, एसएमएस बंद करो, सर्वे बंद करो, इसे बंद करो, ise band karo, yeh band karo, ye band karo""",
    opt_out_phrases=(
        rf"(?:{_MESSAGES}|यह|ये|इसे|यह सब|ये सब|yeh?|ise|yeh sab|ye sab|sab) (?:{_WORDY} ){{0,3}}?(?:भेजना|करना|आना|bhejna|karna|aana)? ?(?:बंद|बन्द|रोक|band|bandh|stop|rok|स्टॉप)(?: (?:करो|करें|कीजिए|कर|दो|दें|दीजिए|करिए|kar|karo|kro|kijiye|do|de|dijiye|karein|kare|karna|hona|होने|चाहिए))+",
        rf"(?:{_MESSAGES}|मुझे|हमें|मुझको|mujhe|mujhko|hume|humko|कभी|फिर|दोबारा|dobara|phir|kabhi|aage se|आगे से|अब|ab|aur|और) (?:{_WORDY} ){{0,4}}?(?:मत|न|ना|नहीं|mat|na|nahi|nahin) (?:भेज\w*|भेजो|भेजें|भेजिए|भेजिये|भेजना|करो|करें|कीजिए|करना|करिए|bhej\w*|karo|kro|kijiye|karna|kare|karein|bhejo)(?: (?:{_MESSAGES}|please|pls|कृपया|प्लीज|प्लीज़|भाई|जी|आप|अब|ab|करो|करें|karo|kabhi|कभी))*$",
        rf"(?:{_MESSAGES}|ye|yeh|ये|यह|aapke|आपके|आपका|aapka) (?:{_WORDY} ){{0,3}}?(?:नहीं|nahi|nahin|nhi) (?:चाहिए|चाहिये|chahiye|chaiye|चाहता|चाहती|chahta|chahti)",
        r"(?:stop|band|बंद|स्टॉप) (?:karo|kro|kar do|kijiye|करो|कर दो|कीजिए) (?:ye|yeh|yah|isko|ये|यह|इसे)|(?:list|लिस्ट|सूची) (?:se|से) (?:mera|meri|मेरा|मुझे|mujhe|mere) ?(?:number|नंबर|naam|no|नाम)? ?(?:ko )?(?:hata|हटा|nikal|निकाल|remove|delete)[^ ]*|(?:मुझे|मेरा नंबर|मेरा नाम|मेरी जानकारी|mujhe|mera number|mera no|mera naam|mera data) (?:[\p{L}\p{M}]+ ){0,4}?(?:लिस्ट|सूची|list|database|डेटाबेस)? ?(?:से |se )?(?:हटा|निकाल|डिलीट|hata|nikal|nikaal|delete|remove)[^ ]*",
        r"(?:परेशान|तंग|pareshan|pareshaan|tang|disturb|डिस्टर्ब) (?:मत|न|ना|करना बंद|mat|na|karna band)|(?:सदस्यता|सब्सक्रिप्शन|subscription) (?:समाप्त|रद्द|खत्म|cancel|khatam)|(?:सहमति|consent) (?:वापस|नहीं|nahi|wapas)|(?:गलत|रॉन्ग|galat|wrong) (?:नंबर|number)|unsubscribe (?:kar|करना|करें|karna|karo|kijiye|करो)|(?:कृपया|प्लीज|प्लीज़|please|pls|ab|अब) (?:इसे |ise |यह |ye )?(?:बंद|रोक|stop|band|स्टॉप|रोको|rok) ?(?:करो|करें|कर दो|कीजिए|karo|kro|kijiye|kar do|dijiye|दो|दीजिए)?$",
    ),
    opt_out_fine=(r"(?:दुकान|स्टोर|ऑफिस|इंटरनेट|नेट|सेवा|सर्विस|shop|store|office|internet|service|net) (?:[\p{L}\p{M}]+ ){0,2}?(?:बंद|band)|बस स्टॉप|non ?stop|नॉन ?स्टॉप|bus stop|(?:बंद|band) (?:नहीं|nahi) |ऑर्डर (?:[\p{L}\p{M}]+ )?(?:कैंसिल|रद्द)|order (?:\w+ )?cancel",),
    opt_in="शुरू, शुरू करें, शुरू करो, चालू, चालू करें, चालू करो, सब्सक्राइब, फिर से शुरू करें, start, shuru, shuru karo, chalu karo, subscribe, start karo, unstop, स्टार्ट",
    human="""एजेंट, इंसान, व्यक्ति, मैनेजर, प्रतिनिधि, ऑपरेटर, अधिकारी, कस्टमर केयर, ग्राहक सेवा, मदद, सहायता, मदद चाहिए, मुझे मदद चाहिए, मदद करो, मदद करें, मेरी मदद करो, कॉल करो, कॉल करें, मुझे कॉल करें, मुझे कॉल करो, मुझे फोन करो, मुझे फोन करें, फोन करो, फोन करें, कॉल बैक, बात करनी है, मुझे बात करनी है, शिकायत, शिकायत करनी है, शिकायत दर्ज करनी है, असली इंसान, संपर्क करें, मुझसे संपर्क करें, insaan, insan, aadmi, madad, madad chahiye, mujhe madad chahiye, madad karo, call karo, call kro, call kijiye, mujhe call karo, mujhe call kijiye, mujhe phone karo, phone karo, phone kijiye, call back karo, baat karni hai, mujhe baat karni hai, shikayat, shikayat karni hai, manager se baat, kisi se baat, kisi se baat karao, customer care, agent, manager, help""",
    human_phrases=(
        rf"{_PERSON} (?:से |se |के साथ |ke saath |ke sath )?(?:{_WORDY} ){{0,3}}?(?:बात|baat|संपर्क|sampark|contact|connect|कनेक्ट|जोड़|milwa|मिलवा|मिलना|milna|bat)(?: (?:करनी|करना|करने|कराओ|कराइए|करवाओ|करवाइए|करवा|करा|हो|कर|करूं|karni|karna|karne|karao|karaiye|karwao|karwa|kara|ho|kar|karu|karaye|krni|krna|करें|karein))+",
        r"(?:बात|baat|bat) (?:करनी|करना|करने|karni|karna|karne|krni|krna|करवाओ|करवाइए|कराओ|कराइए|karao|karwao|karwaiye|karaiye)(?: (?:है|हैं|चाहता|चाहती|hai|he|h|chahta|chahti|hu|hun|hoon|हूं|हूँ|थी|do|दो))*",
        r"(?:मुझे|मुझको|हमें|वापस|दोबारा|कोई|कृपया|प्लीज|mujhe|mujhko|humko|wapas|vapas|koi|please|pls|plz|kripya) (?:[\p{L}\p{M}]+ ){0,3}?(?:कॉल|फोन|फ़ोन|कॉलबैक|call|phone|callback|fone|संपर्क|contact) ?(?:बैक |back )?(?:करो|करें|कीजिए|करिए|कर|करे|karo|kro|kijiye|kariye|kar|kare|karein|करवाओ|karwao|चाहिए|chahiye|दो|do|दीजिए|करना)",
        r"(?:call|phone|कॉल|फोन|फ़ोन) ?(?:back |बैक )?(?:karo|kro|kijiye|kar do|kariye|करो|करें|कीजिए|कर दो|करिए)$|(?:मदद|सहायता|madad|sahayata|help) (?:चाहिए|करो|करें|कीजिए|कर|chahiye|karo|kro|kijiye|kar|kariye|करिए|की जरूरत)|(?:इंसान|एजेंट|मैनेजर|व्यक्ति|अधिकारी|insaan|insan|agent|manager|human|executive|senior) (?:चाहिए|chahiye|से|को बुलाओ|ko bulao|se milao|बुलाओ|दो|do|को दो)(?: .{0,20})?$|शिकायत (?:करनी|दर्ज|करना)|shikayat (?:karni|darj|karna)|(?:किससे|kisse|kis se|कहां|kahan) .{0,20}(?:बात|शिकायत|संपर्क|baat|shikayat|call)",
        r"(?:क्या |kya )?(?:कोई|koi) (?:[\p{L}\p{M}]+ ){0,3}?(?:है|hai|इंसान|insaan|call|कॉल|फोन|phone)(?: .{0,12})?$|मुझसे (?:संपर्क|बात)|mujhse (?:sampark|baat|contact)|(?:रोबोट|बॉट|मशीन|robot|bot|machine) (?:नहीं|से नहीं|nahi|se nahi)",
    ),
    human_fine=(
        r"(?:किसी ने|किसीने|कोई|kisi ne|kisine|koi|कभी|kabhi|ने|ne) (?:[\p{L}\p{M}]+ ){0,5}?(?:नहीं|nahi|nahin|nhi|न) (?:[\p{L}\p{M}]+ ?){1,3}|(?:बात|कॉल|फोन|मदद|baat|call|phone|madad|help) (?:[\p{L}\p{M}]+ )?(?:नहीं|nahi|nahin|nhi|हुई|की थी|की|किया|करने में|hui|ki thi|kiya|karne me|करके|karke|kar ke|मिली|mili)|(?:बात|baat) (?:नहीं|nahi)",
        r"(?:एजेंट|मैनेजर|agent|manager|staff|स्टाफ) (?:ने|ne|बहुत|bahut|अच्छ[^ ]*|acch?a|achha)",
    ),
    skip="छोड़ें, छोड़ो, आगे, आगे बढ़ें, अगला, स्किप, skip, skip karo, pass, कोई टिप्पणी नहीं, कुछ नहीं कहना, बाद में, अभी नहीं, पता नहीं, chhodo, aage, agla, baad me, abhi nahi, pata nahi, koi comment nahi, रहने दो, rehne do, कुछ नहीं, अगला सवाल",
    corrects="""मेरा मतलब, मेरा मतलब था, मतलब था, मतलब, मेरा मतलब है, मैं कहना चाहता था, कहना चाहता था, लिखना चाहता था, सुधार, बदलकर, बदल दो, बदलें, बदल कर, बदलो, कर दो, कर दीजिए, करना है, करना चाहता हूं, होना चाहिए, होना चाहिए था, गलती से, टाइपो, गलती हो गई, असल में मेरा, की जगह, mera matlab, mera matlab tha, matlab tha, matlab, mera matlab hai, kehna chahta tha, likhna chahta tha, badal do, badal kar, badlo, badalkar, kar do, kar dijiye, karna hai, hona chahiye, hona chahiye tha, galti se, galti ho gayi, typo, ki jagah, change karo, change kar do, sudhar""",
    rather_than="नहीं, नही, nahi, nahin, nhi",
    corrects_weak="माफ करें, माफ़ करें, माफ करना, सॉरी, क्षमा करें, ओह, अरे, नहीं, नहीं रुको, रुको, रुकिए, गलती, असल में, दरअसल, sorry, maaf karna, maaf kijiye, arre, are, oh, nahi, nahi ruko, ruko, rukiye, galti, asal me, actually, oops, wait, ऊप्स, no",
)
