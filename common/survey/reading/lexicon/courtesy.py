"""What people say when all is said: thanks, goodbye, you're welcome. Closed lists, and short ones on purpose.

Each language has the words that are a courtesy by themselves, and those that may stand beside them. A word that may be
news ("but", "still", "when") is in neither, so that a message which holds it is read by a person.
"""

from __future__ import annotations

COURTESIES: dict[str, tuple[str, str]] = {
    "en": (
        """thanks, thank you, thank u, thankyou, thanx, thx, tnx, ty, tysm, tks, many thanks, much appreciated, appreciated, appreciate it, i appreciate it, cheers, ok, okay, okey, k, kk, okie, oki, alright, all right, great, perfect, cool, nice,
        lovely, super, awesome, excellent, wonderful, got it, understood, noted, bye, goodbye, good bye, bye bye, byebye, see you, see ya, cya, take care, have a nice day, have a good day, have a great day, have a lovely day,
        good night, goodnight, good day, good evening, same to you, you too, likewise, you're welcome, youre welcome, your welcome, ur welcome, welcome, you are welcome, no problem, no problems, no worries, np, my pleasure, pleasure, glad to help, happy to help,
        anytime, any time, all good, kind regards, best regards, regards, best wishes, keep it up, keep up the good work, well done, good job, great job, god bless, bless you""",
        """so much, very much, a lot, lots, a million, again, everyone, everybody, all, guys, team, you, to you, for your help, for the help, for your time, for asking, for everything, for all, for the service, for the good service, for the quick reply, for the fast response,
        for your service, for your support, then, and, yes, yeah, yep, sure, hi, hello, dear, now, ok, have a nice weekend, nice weekend, i, we, much, great, good, xx, xxx, x, the, a""",
    ),
    "nl": (
        """bedankt, dank, dankjewel, dankuwel, dank je, dank je wel, dank u, dank u wel, dankje, danku, dank jullie wel, thanks, merci, ok, oké, oke, okee, okay, top, prima, super, fijn, mooi, geweldig, perfect, goed, is goed, duidelijk, begrepen, doei, doeg, dag, tot ziens, houdoe,
        tot horens, fijne dag, fijne dag nog, fijne avond, fijn weekend, prettige dag, prettige dag nog, prettig weekend, goedenacht, graag gedaan, geen dank, geen probleem, insgelijks, van hetzelfde, hetzelfde, jij ook, u ook, jullie ook, met vriendelijke groet, vriendelijke groet, groet, groeten, groetjes, mvg""",
        "hartelijk, hartstikke, heel, erg, zeer, veel, wel, nog, voor de hulp, voor je hulp, voor uw hulp, voor jullie hulp, voor alles, voor de moeite, voor de service, allemaal, jullie, en, ja, hoor, een, hoi, hallo, zo, dan, alvast, nogmaals, de",
    ),
    "de": (
        """danke, dankeschön, danke schön, danke sehr, vielen dank, herzlichen dank, besten dank, tausend dank, dank, merci, thx, ok, okay, oki, alles klar, klar, passt, passt schon, gut, super, prima, toll, perfekt, verstanden, tschüss, tschüs, tschau, ciao, servus, auf wiedersehen,
        wiedersehen, bis bald, bis dann, schönen tag, schönen tag noch, einen schönen tag, einen schönen tag noch, schönen abend, schönen abend noch, schönes wochenende, gute nacht, gern geschehen, gerne, gern, gerne doch, bitte, bitte schön, bitteschön, bitte sehr, kein problem, keine ursache,
        ebenso, gleichfalls, ihnen auch, euch auch, dir auch, mit freundlichen grüßen, freundliche grüße, viele grüße, liebe grüße, grüße, gruß, mfg, lg, vg""",
        "sehr, vielmals, nochmals, nochmal, für die hilfe, für ihre hilfe, für eure hilfe, für alles, für den service, für die schnelle hilfe, ihnen, euch, dir, und, ja, hallo, wünsche ich, ich wünsche, noch, an alle, dann, na, auch",
    ),
    "fr": (
        """merci, merci beaucoup, merci bien, mille mercis, mercii, ok, okay, d'accord, dac, parfait, super, très bien, bien, c'est noté, noté, compris, entendu, génial, top, au revoir, à bientôt, a bientot, à plus, salut, bonne journée, bonne soirée, bon week end, bon weekend, bonne nuit, bonne fin de journée,
        bonne continuation, de rien, je vous en prie, je vous en prie, pas de problème, pas de souci, pas de soucis, avec plaisir, avec grand plaisir, vous aussi, à vous aussi, de même, pareillement, cordialement, bien cordialement, bien à vous, amicalement""",
        "beaucoup, encore, infiniment, à vous, a vous, à tous, à toute l'équipe, pour tout, pour votre aide, pour votre service, pour votre réponse, et, oui, bonjour, bonsoir, à, vous, tous, très, l'équipe",
    ),
    "es": (
        """gracias, muchas gracias, mil gracias, muchísimas gracias, graciass, grax, ok, okey, okay, vale, de acuerdo, perfecto, genial, excelente, muy bien, bien, bueno, listo, entendido, anotado, dale, adiós, chao, chau, hasta luego, hasta pronto, nos vemos, buen día, buenos días, buenas noches, buena tarde, buenas tardes,
        feliz día, que tenga buen día, que tengan buen día, que tengas buen día, buen fin de semana, de nada, con gusto, con mucho gusto, no hay de qué, no hay problema, a ustedes, a usted, a vosotros, igualmente, para servirle, saludos, un saludo, cordial saludo, bendiciones, dios los bendiga""",
        "muchas, por todo, por su ayuda, por la ayuda, por tu ayuda, por la atención, por su atención, por el servicio, a ti, a todos, y, sí, si, hola, muy amable, muy amables, amable, nuevamente, otra vez, equipo, que",
    ),
    "pt": (
        """obrigado, obrigada, muito obrigado, muito obrigada, obg, obgd, brigado, brigada, valeu, vlw, agradecido, agradecida, agradeço, grato, grata, ok, okay, tá, ta bom, tá bom, tudo bem, tudo certo, certo, beleza, blz, perfeito, ótimo, excelente, muito bem, entendi, entendido, combinado, tchau, adeus, até logo, até mais,
        até breve, bom dia, boa tarde, boa noite, bom fim de semana, tenha um bom dia, tenham um bom dia, de nada, por nada, disponha, imagina, não há de quê, sem problema, sem problemas, igualmente, eu que agradeço, às ordens, abraço, abraços, abs, um abraço, att, atenciosamente, cumprimentos, deus abençoe""",
        "muito, mesmo, por tudo, pela ajuda, pela atenção, pelo atendimento, a vocês, a todos, pra vocês, e, sim, oi, olá, gente, pessoal, equipe, bom, viu, eu, mais uma vez",
    ),
    "it": (
        """grazie, grazie mille, mille grazie, tante grazie, molte grazie, grazie tante, grazie infinite, grazie di cuore, vi ringrazio, ringrazio, ok, okay, va bene, d'accordo, perfetto, ottimo, benissimo, bene, capito, ricevuto, ciao, arrivederci, a presto, alla prossima, buona giornata, buona serata, buonanotte, buona notte,
        buon weekend, buon fine settimana, buon pomeriggio, buongiorno, buonasera, prego, di nulla, di niente, figurati, si figuri, nessun problema, non c'è di che, altrettanto, anche a voi, anche a lei, a voi, cordiali saluti, distinti saluti, saluti, un saluto""",
        "mille, ancora, di tutto, per tutto, per l'aiuto, per il servizio, per l'assistenza, molto, tutti, a tutti, e, sì, si, salve, gentilissimi, gentilissima, gentilissimo, gentili, siete",
    ),
    "pl": (
        """dziękuję, dzięki, dziękujemy, dziękuje, dzieki, dziękuję bardzo, bardzo dziękuję, serdecznie dziękuję, wielkie dzięki, dziękówka, ok, okej, oki, dobrze, dobra, świetnie, super, jasne, rozumiem, zrozumiałem, zrozumiałam, w porządku, do widzenia, do zobaczenia, cześć, pa, pa pa, na razie, miłego dnia, miłego wieczoru,
        miłego weekendu, dobranoc, dobrej nocy, dobrego dnia, proszę bardzo, nie ma za co, nie ma sprawy, nie ma problemu, nawzajem, wzajemnie, również, pozdrawiam, pozdrowienia, z poważaniem, wszystkiego dobrego""",
        "bardzo, serdecznie, za pomoc, za wszystko, za obsługę, za kontakt, państwu, wam, i, tak, dzień dobry, jeszcze raz, ślicznie, pięknie, również",
    ),
    "tr": (
        """teşekkürler, teşekkür ederim, teşekkür ederiz, çok teşekkürler, çok teşekkür ederim, tesekkurler, tesekkur ederim, teşekkür, sağ ol, sağol, sağ olun, sağolun, eyvallah, tamam, tamamdır, tmm, ok, okey, peki, olur, anladım, anlaşıldı, güzel, süper, harika, mükemmel, hoşça kalın, hoşçakalın, hoşça kal, görüşürüz, güle güle,
        bay, iyi günler, iyi akşamlar, iyi geceler, iyi çalışmalar, kolay gelsin, hayırlı günler, hayırlı işler, rica ederim, ne demek, bir şey değil, önemli değil, size de, sana da, selamlar, saygılar, saygılarımla, allah razı olsun""",
        "çok, tekrar, yeniden, her şey için, yardımınız için, ilginiz için, desteğiniz için, hizmetiniz için, ederim, ve, evet, merhaba, siz de, ben, ben de",
    ),
    "ru": (
        """спасибо, спс, пасиб, спасибки, спасибо большое, большое спасибо, огромное спасибо, благодарю, благодарствую, ок, окей, ok, хорошо, ладно, понятно, понял, поняла, ясно, отлично, супер, замечательно, прекрасно, договорились, до свидания, досвидания, пока, всего доброго, всего хорошего, до встречи, хорошего дня,
        доброго дня, хорошего вечера, спокойной ночи, доброй ночи, удачи, пожалуйста, не за что, незачто, нет проблем, на здоровье, рад помочь, рада помочь, взаимно, вам тоже, и вам, с уважением, всех благ""",
        "вам, большое, огромное, за все, за всё, за помощь, за заботу, за обслуживание, за сервис, и, да, ещё раз, еще раз, всем, очень, добрый день, здравствуйте, вас, тоже",
    ),
    "ar": (
        """شكرا, شكراً, شكرا لك, شكرا لكم, شكرا جزيلا, شكرا كثيرا, مشكور, مشكورين, مشكورة, متشكر, تسلم, تسلموا, يسلمو, يعطيك العافية, يعطيكم العافية, الله يعطيكم العافية, جزاكم الله خيرا, جزاك الله خيرا, حسنا, تمام, اوك, اوكي, ok, طيب, ماشي, فهمت, ممتاز, مع السلامة, الى اللقاء, إلى اللقاء, وداعا, باي, في امان الله,
        يوم سعيد, نهارك سعيد, تصبح على خير, تصبحون على خير, عفوا, العفو, لا شكر على واجب, على الرحب والسعة, أهلا وسهلا, لا مشكلة, وانت ايضا, تحياتي, مع تحياتي, مع الشكر, الله يبارك فيكم, بارك الله فيكم, بارك الله فيك""",
        "جزيلا, كثيرا, جدا, لكم, لك, على كل شيء, على المساعدة, على الخدمة, على مساعدتكم, على خدمتكم, نعم, و, الله, يا, والله, لكم جميعا, جميعا",
    ),
    "hi": (
        """धन्यवाद, शुक्रिया, बहुत धन्यवाद, बहुत बहुत धन्यवाद, बहुत शुक्रिया, थैंक्यू, थैंक यू, थैंक्स, आभार, ठीक है, ठीक, ओके, अच्छा, बढ़िया, समझ गया, समझ गई, अलविदा, बाय, नमस्ते, नमस्कार, फिर मिलेंगे, शुभ रात्रि, शुभ दिन, आपका स्वागत है, कोई बात नहीं, आपको भी, dhanyavad, dhanyawad, shukriya, thank you, thanks, theek hai, thik hai,
        ok, okay, accha, acha, achha, badhiya, samajh gaya, samajh gayi, alvida, bye, namaste, phir milenge, koi baat nahi, swagat hai, aapka swagat hai, aapko bhi""",
        "बहुत, जी, आपका, आपको, सबको, सब, मदद के लिए, सहायता के लिए, हाँ, हां, और, bahut, bohot, ji, aapka, aapko, madad ke liye, haan, aur, sir, madam, bhai, सर, मैडम, भाई",
    ),
    "id": (
        """terima kasih, terimakasih, makasih, makasi, mksh, trims, trimakasih, tq, thanks, thx, ok, oke, okay, okee, okeh, baik, baiklah, siap, sip, mantap, bagus, paham, mengerti, oke deh, ya sudah, sampai jumpa, dadah, dah, bye, selamat tinggal, selamat pagi, selamat siang, selamat sore, selamat malam, selamat hari,
        semoga harimu menyenangkan, sama sama, sama2, kembali, tidak masalah, tidak apa apa, gak papa, gapapa, salam, hormat saya, sukses selalu, semoga sukses""",
        "banyak, ya, yaa, kak, pak, bu, min, mas, mbak, gan, bang, atas bantuannya, atas bantuan, atas pelayanannya, atas layanannya, untuk semuanya, semua, semuanya, sekali, lagi, dan, iya, halo, deh, dong, juga, saya, atas, infonya",
    ),
    "zh": (
        """谢谢, 謝謝, 多谢, 多謝, 谢谢你, 谢谢您, 謝謝您, 谢谢你们, 謝謝你們, 感谢, 感謝, 非常感谢, 非常感謝, 谢啦, 谢了, 3q, thanks, ok, 好, 好的, 好滴, 好哒, 好吧, 好啊, 行, 可以, 收到, 明白, 明白了, 知道了, 了解, 没问题, 沒問題, 再见, 再見, 拜拜, 拜, 回见, 晚安, 早安, 祝好, 不客气, 不客氣, 不用谢, 不用謝, 没事, 没关系, 沒關係, 辛苦了, 辛苦,
        祝生意兴隆, 祝工作顺利, 祝你们越来越好, 加油, 嗯, 嗯嗯""",
        "啦, 了, 哦, 喔, 啊, 呀, 吧, 的, 您, 你, 你们, 們, 们, 也, 大家, 也是, 很, 非常, 都, 一切",
    ),
    "ja": (
        """ありがとう, ありがとうございます, ありがとうございました, 有難う, 有難うございます, 有難うございました, ありがと, あざす, どうも, サンキュー, 感謝します, 感謝です, 感謝, 了解, 了解です, 了解しました, 承知しました, 承知, わかりました, 分かりました, オーケー, ok, はい, さようなら, さよなら, ではまた, またね, では, バイバイ, おやすみなさい, おやすみ, 良い一日を, よい一日を,
        どういたしまして, いえいえ, こちらこそ, お疲れ様です, お疲れ様でした, お疲れさまでした, おつかれさまでした, よろしくお願いします, よろしくお願いいたします, 宜しくお願いします, 失礼します, 失礼いたします, お世話になりました""",
        "どうも, 本当に, 大変, とても, 誠に, いつも, また, 今後とも, 引き続き, ね, よ, です, ございます, 皆さん, みなさん, 対応, ご対応, いただき, 頂き, して, くれて, に, を, も, の",
    ),
    "ko": (
        """감사합니다, 감사해요, 감사, 고마워요, 고맙습니다, 고마워, 땡큐, 감사드립니다, 감사했습니다, 네, 넵, 넹, 예, 네네, 알겠습니다, 알겠어요, 알았어요, 오케이, ok, ㅇㅋ, 좋아요, 확인했습니다, 안녕히계세요, 안녕히가세요, 안녕, 바이, 다음에봐요, 좋은하루되세요, 좋은하루보내세요, 즐거운하루되세요, 수고하세요, 수고하셨습니다, 수고하십시오,
        고생하셨습니다, 고생많으셨습니다, 천만에요, 별말씀을요, 괜찮습니다, 저도감사합니다, 좋은밤되세요, 주말잘보내세요, 행복하세요, 번창하세요""",
        "정말, 너무, 대단히, 진심으로, 항상, 다시, 한번, 많이, 도움, 도와주셔서, 친절하게, 모두, 요, 네, ㅎㅎ, ㅋㅋ, 저도, 또, 오늘도, 그럼",
    ),
}

FRIENDLY_SIGNS = frozenset(
    "👍🙏😊🙂😀😃😄😁😆☺❤♥💕💖💗💙💚💛🧡💜🤍👌👏🎉🎊😍🥰😘🤗💐🌹🌸🌷🌻🌺✌🫶💪👋🤝🤩😎✨⭐🌟🙌😇🤙✅✔🥳😉🍀☀🌞🔆"
)
"""Emoji that mean nothing but well."""
