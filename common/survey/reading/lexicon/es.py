"""Spanish."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms|mensajes?|mensajitos?|textos?|correos?|e ?mails?|mails?|encuestas?|publicidad|spam|notificaciones|avisos|preguntas|cuestionarios?|"
    "whatsapps?|cosas|promociones|recordatorios|estupideces|tonterías)"
)
_PERSON = (
    "(?:alguien|algún \\w+|un[ao]? (?:\\w+ )?(?:persona|humano|ser humano|agente|asesora?|ejecutiv[oa]|representante|supervisora?|gerente|encargad[oa]|jefe|jefa|responsable|operadora?|emplead[oa]|"
    "técnico|especialista|trabajadora?|directora?|manager)|(?:el|la|su|tu|vuestro|al|mi) (?:\\w+ )?(?:supervisora?|gerente|encargad[oa]|jefe|jefa|responsable|directora?|manager|dueño|agente|asesor)|atención al cliente|servicio al cliente|"
    "ustedes|usted|vosotros|persona(?: real)?|humano|agente|asesor|soporte)"
)

LEXICON = Lexicon(
    code="es",
    numbers=("cero", "", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", ""),
    framed={1: "uno", 11: "once"},
    typos={
        0: "sero, zero, cerro",
        2: "doz, doss",
        3: "trez, trees",
        4: "quatro, cuatr, cautro, kuatro",
        5: "sinco, cico, cinc, sinko, cinko",
        6: "seiz, sies",
        7: "ciete, siet, siette, seite, sete",
        8: "hocho, ocoh, ohco, otcho, oxo",
        9: "nuebe, nuve, nuevee, nueb, nuev",
        10: "dies, deiz, diex, diesz, diezz",
    },
    alone={1: "un, una"},
    big="""doce, trece, catorce, quince, dieciséis, diecisiete, dieciocho, diecinueve, veinte, veintiuno, treinta, cuarenta, cincuenta, sesenta, setenta, ochenta, noventa, cien, ciento, cientos, mil, millón, millones, veintinueve, veinticinco, docena""",
    frame="""un, una, el, la, lo, le, les, os, te, me, mi, su, tu, se, yo, doy, le doy, les doy, te doy, os doy, dar, dándole, daría, dare, daré, diría, digo, diré, pongo, pondría, pondré, poner, puse, ponle, póngale, califico, calificaría, calificar, valoro, merece, merecen, mereces, es, es un, sería, seria, será, fue un, es de, con un, con, voto, otorgo, otorgaría, asigno, elijo, escojo, creo, creo que, pienso, pienso que, considero,
        aproximadamente, más o menos, unos, alrededor de, como un, tal vez, quizás, quizá, probablemente, seguramente, definitivamente, claramente, sinceramente, honestamente, sin duda, sin dudarlo, sin duda alguna, rotundo, redondo, gran, buen, bonito, solo, sólo, solamente, apenas un, por lo menos un buen, para mí, para mi, por mí, de mi parte, en mi opinión, así que, por eso, entonces, pues, y, pero, que, sí, si, claro, hola, buenas, buenos, días, dias, tardes, noches, buen día, ok, vale, eh, mmm, hmm, ya,
        puntuación es, nota es, calificación es, respuesta es, mi nota, en total, en general, al final, vaya, venga, de, puntuación de, nota de, calificación de, nivel, ahí va, mejor, más bien, diríamos, se merece un, se merecen un, seguro, por supuesto, un claro, les pongo, le pongo, le otorgo""",
    nouns="puntuación, nota, calificación, puntaje, puntos, punto, score, nps, respuesta, valoración, pts, ptos, satisfacción, evaluación, voto",
    after="patatero, absoluto, pelado, para mí, para mi, de mi parte, por mí, en mi opinión, creo, diría, diría yo, digo, yo creo, más o menos, aproximadamente, quizás, tal vez, sin duda, sin dudarlo, seguro, la verdad, sinceramente, por favor, le doy, les doy, merecido, bien merecido, para ustedes, para vosotros, en general, redondo, rotundo, total, de nota, o así, o por ahí, nomás",
    follow="""x la, x el, x los, x las, x su, x, xq, xque, porq, porque, pq, xq, por, pero, y, ya, pues, debido, gracias, muchas, muy, excelente, buen, buena, bueno, buenísimo, mala, malo, mal, pésimo, pésima, todo, nada, no, el, la, los, las, me, mi, su, fue, es, estuvo, era, servicio, atención, rápido, rápida, rapidez, lento, amable, amables, perfecto, genial, súper, super, con, sin, aunque, siempre, nunca, tardaron, tardó, demasiado, felicidades, felicitaciones, bien, encantada, encantado, contento, contenta, satisfecho, en, para, lástima, demora, una, un, al, se, han, ha, solo, tiempo de espera""",
    endings="pts, ptos, puntos",
    quiet="ups, uy, perdón, escala, de, del, al, a, sobre, por, que, muy, porque, muchas, opción, posible, si",
    number_nouns="número, num, nro, núm, no, el número",
    plural=r"[a-záéíóúñ]{3,}[aeoe]s",
    units="""segundo, segundos, minuto, minutos, minutitos, hora, horas, día, días, noche, noches, semana, semanas, mes, meses, año, años, vez, veces, rato, media hora, ratos,
        personas, persona, gente, agentes, asesores, empleados, operadores, técnicos, clientes, compañeros, niños, hijos, hombres, mujeres, señoritas, llamadas, correos, e-mails, emails, mails, mensajes, cartas, intentos, citas, visitas,
        pedidos, artículos, productos, paquetes, piezas, cajas, habitaciones, departamentos, preguntas, problemas, problema, errores, quejas, cosas, razones, motivos, pasos, páginas, formularios, facturas, km, kilómetros, metros, kg, kilos, litros, grados, diferentes, distintas, distintos, otras, otros, días hábiles, días laborables, largos, largas, de ustedes, de sus, de mis, de los, de las, transferencias, reclamos, tiendas, sucursales, hoteles, líneas, tickets, reclamaciones, más veces, gestiones, boletos, platos, cuentas, coches, carros, nuevos""",
    units_own="min, hs, hrs, h, s, am, pm, gb, mb, k, x, seg, ra, er, ro, do, to",
    time_before="a las, las, a la, desde las, hasta las, sobre las, antes de las, después de las, hacia las, desde, hasta, tras",
    time_after="am, pm, a.m, p.m, horas en punto, h, hs, de la mañana, de la tarde, de la noche, en punto",
    money="euro, euros, eur, dólar, dólares, pesos, peso, usd, mxn, soles, céntimos, centavos, lucas, quetzales",
    months="enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, setiembre, octubre, noviembre, diciembre, de enero, de febrero, de marzo, de abril, de mayo, de junio, de julio, de agosto, de septiembre, de octubre, de noviembre, de diciembre",
    refs="""habitación, pedido, orden, ticket, caso, línea, bus, autobús, tren, mostrador, terminal, andén, paso, pregunta, opción, fase, nivel de, versión, windows, iphone, página, capítulo, tipo, talla, fila, asiento, zona, calle, avenida, día, semana, mes, año, factura, referencia, ref, extensión, departamento, tecla, marque, presione, pulse, oprima, puerta, piso, planta, artículo, top, autopista, salida, código, caja, ventanilla, cliente número, sala, mesa, agente, puesto, contrato, covid, bloque, expediente, folio""",
    voids="""espero, esperé, esperar, esperando, llamé, llamado, llamar, con más de, sin, tengo, tenía, tuve, tiene, tenemos, compré, pedí, recibí, pagué, pagar, pago, dura, duró, hablé, estos, estas, esos, todos los, todas las, últimos, últimas, próximos, primeros, primeras, cada, por, son, éramos, somos, soy, estaban, entre, en, dentro de, los últimos, hay, hace, hace ya, hacía, después de, antes de, tras, llevo, llevamos, llevaba, tardaron, tardó, tardaron más de, mi hijo tiene, hija tiene, tomó, durante, casi, unas, unos, los, las, aquellos, tarda, enviaron, mandé""",
    ordinals=(
        "primero, primera, primer",
        "segundo, segunda",
        "tercero, tercera, tercer",
        "cuarto, cuarta",
        "quinto, quinta",
        "sexto, sexta",
        "séptimo",
        "octavo",
    ),
    negations="no, ni, ni un, ni siquiera, nunca, jamás, tampoco, por qué no, en vez de, en lugar de, ningún, para nada, no es",
    negations_after=" no merecen, es demasiado, es mucho, sería mucho, ni loco",
    bounds="""menos de, menos que, menor a, menor que, más de, más que, mayor a, mayor que, inferior a, superior a, por debajo de, debajo de, por encima de, arriba de, al menos, por lo menos, como mínimo, mínimo, máximo, como máximo, como mucho, a lo mucho, a lo sumo, max, min, hasta, hasta un, casi, casi un, casi casi, cerca de, cercano a, entre, entre un, a partir de, bajo, no llega a, rozando el""",
    bounds_after="max, o más, o menos, y más, y menos, mínimo, máximo, como mínimo, como máximo, como mucho, a lo mucho, al menos, plus, o superior, o inferior, para arriba, para abajo, y pico, más, menos, o mayor, o menor",
    minus="menos, negativo, bajo cero",
    halves="y medio, y media, y cuarto, y pico, con cinco",
    halves_before="medio, media",
    point="coma, punto",
    out_of="de, sobre, de los, out of, de un total de, de un máximo de, puntos de, entre, de un, en una escala de",
    ten_before="sobre, escala de, escala del, de un máximo de",
    ten_after="puntos posibles",
    range_words="a, al, y, hasta, hasta el",
    or_words="o, u, ó, a",
    percent="por ciento, porciento, porcentaje",
    stars="estrella, estrellas, estrellitas",
    if_words="si, siempre que, siempre y cuando, a menos que, salvo que, en caso de, cuando arreglen, cuando me, cuando lo, apenas, con tal de, en cuanto",
    if_fine=r"si (?:soy|debo|tengo que|tuviera que|tuviese que|he de|puedo|me (?:preguntas?n?|piden)) ?(?:\w+ )?(?:honest[oa]|sincer[oa]|ser|decir|poner|dar|calificar|elegir|franc[oa])?|como si|si bien|si no es molestia|aunque|claro que si|si (?:un|una|le|les|os|claro|por|gracias|señor|señora|muy|todo|excelente|buen) |si es (?:posible|un|una)|si quieres?n?|si acaso",
    unsure=r"no espera|espera no|espere no|digo no|no perdón|quise decir|quería decir|corrección|(?:habría|hubiera|hubiese|habrían|hubieran) (?:\w+ ){0,2}(?:sido|dado|puesto|merecido|calificado)|la última vez|la vez pasada|antes era|antes daba|normalmente|antes les daba|dudo entre|entre un .{1,8} y|olvídalo|olvida eso|me equivoqué|en vez de|en lugar de|depende",
    counterfactual=r"ser[ií]a|habr[ií]a|hubiera|hubiese|dar[ií]a|pondr[ií]a|podr[ií]a|si no",
    otherwise=r"si|cuando|en vez de|en lugar de|para (?:un|el|ser)|no (?:un|el|es)|menos|falta|faltó|le quito|quito|demasiado",
    full_marks="nota máxima, puntuación máxima, máxima puntuación, calificación máxima, la máxima, la mejor nota, el máximo, la nota más alta, la peor nota, nota mínima, puntaje máximo, matrícula de honor, la más alta",
    questions="es, cosa, qué, que significa, cuál, cual, por qué, porqué, cómo, como, puedo, debo, cuánto, quieren, quiere decir, o sea, significa, quién, dónde, cuando",
    filler="""por, favor, porfavor, porfa, pls, xfa, gracias, hola, buenos, días, dias, tardes, noches, día, ahora, ya, ahorita, inmediatamente, ok, vale, sí, si, señor, señora, señorita, saludos, cordial, saludo, estimados, equipo, jaja, jajaja, atte, atentamente, bendiciones, de, una, vez""",
    opt_out="""baja por favor, alto, fin, cancelar, cancelar suscripción, cancela suscripción, basta, basta ya, ya basta, ya no, no más, no mas, nunca más, no me interesa, no estoy interesado, no estoy interesada, no interesado, número equivocado, numero equivocado, equivocado, se equivocó de número, se equivocaron de número, déjenme en paz, dejenme en paz, déjame en paz, dejen de molestar, no molestar, no molesten, no moleste, eliminar, elimínenme, bórrenme, bloquear, quitarme, quítenme, terminar, detener, deténganse, detente, paren, paren ya, para ya, pare, pare ya, salir, remover, no quiero, no quiero nada, no quiero más, ya no quiero, no gracias no más, no molestes""",
    opt_out_clause="""stop, baja, parar, darme de baja, dar de baja, darse de baja, denme de baja, deme de baja, dame de baja, dadme de baja, quiero darme de baja, solicito la baja, de baja, baja sms, desuscribir, desuscribirme, desuscribirse, cancelar sms, cancelar mensajes, anular suscripción, anular, desinscribir, stop sms, sms stop, solicito baja, quiero la baja, baja ya, me doy de baja, alto mensajes, no más mensajes, basta de mensajes, stop mensajes, desapuntarme, unsuscribe""",
    opt_out_phrases=(
        rf"(?:no|nunca|jamás|ya no) (?:me |nos )?(?:vuelvan? a |vuelvas a |quiero que (?:me )?)?(?:escrib\w+|env[ií]\w+|mand\w+|contact\w+|molest\w+|text\w+|manden|mensaje\w+|whatsappe\w+|llam(?:en|es|e|éis|adme|arme)|spam\w*)(?:me|nos)?(?: (?:más|mas|nunca|nada|{_MESSAGES}|de|por|favor|porfavor|porfa|otra|vez|ya|a|este|número|numero|jamás|ningún|ninguna|estos?|estas?|esos?|esas?|sus?|gracias|así|nuevo|aquí))*$",
        rf"(?:dej[ea]n?|deja|dejad|paren?|para|par[ae]d|basta|cesen?|alto|stop)(?: (?:ya|por favor|porfavor|porfa|inmediatamente))* (?:de |a |con )?(?:los |las |el |tanto |tantos |tantas |estos |sus )?(?:escribirme|enviarme|mandarme|mandar|enviar|escribir|contactarme|molestarme|molestar|textearme|acosarme|joder|fastidiar|hacer spam|llamarme|{_MESSAGES})(?: .{{0,40}})?$",
        rf"(?:no|ya no|nunca|dejar de|no deseo|no quiero|parar de|evitar) (?:quiero |deseo |quisiera |me interesa |necesito |más |quiero más )*(?:seguir |volver a )?(?:recib\w+|que me (?:escriban?|envíen?|manden?|contacten?|molesten?|sigan)|saber nada|participar|más {_MESSAGES}|ser contactad[oa]|{_MESSAGES})(?: .{{0,40}})?$",
        rf"(?:no|ni un|ni una|sin|basta de|cero) (?:más |mas |tantos |tantas )?{_MESSAGES}(?: (?:más|mas|por favor|porfavor|gracias|de ustedes|nunca más|ya|porfa|suyos))*$",
        r"(?:dar|dad|den|deme|denme|dame|darme|darnos|dennos|dadme|causar|tramitar|solicito|quiero|pido|solicitar) ?(?:me |nos )?(?:\w+ ){0,2}?(?:de |la |mi )?baja(?: (?:de|del|por|en|a|ya|gracias|inmediata|este|esta|estos|sus|mensajes|lista|favor|sms|servicio de).*)?$(?<!servicio)",
        r"(?:borr|elimin|quit|sac|remuev|retir|saqu|quít|bórr|elimín|sáq|retír)\w*(?:me|nme|anme|enme) (?:de )?(?:la |su |esta |tu |sus |vuestra )?(?:lista|base|registros|sistema|contactos|mensajes|encuestas|ya|por favor)|(?:borr|elimin|quit|sac|retir|saqu)\w+ (?:mi (?:número|numero|nombre|teléfono|contacto)|mis datos|este número)|(?:borrar|eliminar|quitar)me(?: de .*)?$|^(?:elimínenme|bórrenme|quítenme|sáquenme|elimíname|bórrame|quítame|sácame)",
        r"(?:cancelar|anular|cancele|cancelen|cancela|anulen) (?:mi |la |esta |mis )?(?:suscripción|inscripción|envío|mensajes|encuestas|sms)(?: .{0,30})?$|(?:cómo|como|quiero|deseo|quisiera) (?:puedo |me )?(?:cancelo|cancelar|salgo|salirme|desuscribo|desuscribirme|desapunto|salir de (?:esto|esta|la lista|aquí))(?: (?:esto|de esto|la suscripción|los mensajes|las encuestas|de la lista|por favor))?$",
        r"d[eé]j[ea]n?(?:me|nos) (?:\w+ )?(?:en paz|tranquil[oa]|de molestar)|dejadme en paz|número equivocado|equivocad[oa] de (?:número|persona)|(?:retiro|revoco) mi consentimiento|no (?:autorizo|autoricé|doy mi consentimiento|he dado)(?: .{0,30})?$|no me moleste[ns]?|ya no me moleste[ns]?",
        r"(?:por favor|porfavor|porfa|ya|pueden|puede|les pido que|le pido que|quiero que|y|pido) (?:paren|parar|pare|alto|stop|deténganse|detener|detenerse|basta)(?: (?:ya|por favor|esto|con esto|ahora|de una vez|gracias))*$",
        r"^(?:stop|parar|paren|pare|basta|alto) (?:ya|por favor|porfavor|porfa|esto|con esto|ahora|de una vez|gracias|inmediatamente)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:no|sin|nunca) (?:pued[eo]n? |puedo |podía )?(?:para[nr]?|dej(?:a|o|an|ar)|stop) (?:de )?(?:recomendar|sonreír|hablar|reír)|sin parar|la baja (?:médica|laboral|maternal|calidad|de la línea|del contrato|del servicio|de internet|de mi)|(?:bus|auto|para)stop",
    ),
    not_wishes="help, call, support, manager",
    opt_in="alta, start, reanudar, suscribir, suscribirme, reactivar, activar, iniciar, comenzar, darme de alta, unstop, quiero suscribirme, alta por favor, inscribirme",
    human="""agente, asesor, asesora, humano, persona, una persona, un humano, persona real, operador, operadora, representante, ejecutivo, ejecutiva, supervisor, supervisora, gerente, encargado, jefe, responsable, ayuda, ayúdame, ayúdenme, necesito ayuda, llámame, llámenme, llámeme, llamame, llamenme, llamar, que me llamen, me pueden llamar, pueden llamarme, alguien, atención al cliente, servicio al cliente, contacto, contactarme, contáctenme, contácteme, queja, reclamo, reclamación, quiero quejarme, poner una queja, poner una reclamación, un agente, un asesor, hablar con agente, hablar con asesor, hablar, soporte, llamada, devuélvanme la llamada, quiero hablar, comunicarme, comuníqueme, agente humano""",
    human_phrases=(
        rf"(?:hablar|hable|hablo|charlar|platicar|conversar|comunicarme|comuni[cq]\w+|contactar(?:me)?|chatear|tratar|en contacto|reunirme|dialogar|conectarme|pás[ea]n?me|atiend[ae]n?|atender(?:me)?|páseme) (?:directamente |por favor |por teléfono |ya )*(?:con |a |por )?{_PERSON}",
        rf"(?:quiero|quisiera|necesito|deseo|exijo|requiero|me gustaría|puedo|podría|prefiero|solicito|pásenme|póngame|pongan|pónganme|denme|deme|dame|espero|solicitar|páseme|pásame) (?:\w+ )?(?:hablar|con|ver|tener|a|que me (?:llame|atienda|contacte|ayude)n?|una llamada|ayuda|una llamada de|una persona|un humano|un agente|un asesor|un supervisor|al gerente|atención de|asistencia)(?: (?:{_PERSON}|por teléfono|.{{0,30}}))?$",
        r"(?:ll[aá]m[ea](?:n|me|nme|nos|dme|nnos)+|llámeme|llámenme|llámame|llamadme|tel[eé]fon[ée]en?me|contáct[ea]n?me|comuníquense conmigo|comuníquese conmigo|marquen?me|márquenme|ayúd[ea]n?me|devuélvan?me la llamada|póngan?se en contacto)(?! (?:loco|loca))|(?:me|nos) (?:puede[ns]?|podría[ns]?|pueden|podéis|podrian) (?:llamar|contactar|ayudar|devolver la llamada|atender|marcar)|(?:puede[ns]?|podría[ns]?|podéis|favor de|por favor) (?:\w+ )?(?:llamar|contactar|comunicar|ayudar|marcar|atender)(?:me|nos|se conmigo)",
        r"(?:que|alguien|quien|persona|supervisor|gerente|encargado|alguien que) (?:\w+ ){0,2}(?:me|nos) (?:llame|llamen|contacte|contacten|ayude|ayuden|atienda|atiendan|resuelva|puede llamar|pueda llamar|puede ayudar|pueda ayudar|puede contactar|devuelva|marque|explique)|(?:puede|podría|pueda) (?:alguien|un (?:asesor|agente|supervisor)|una persona) (?:llamar|contactar|ayudar|comunicar|hablar)",
        r"(?:espero|quiero|necesito|solicito|pido|exijo) (?:su |una |la |que )?(?:llamada|me llamen|contacto telefónico|ayuda|solución con una persona|me contacten|atención humana)|(?:con quién|a dónde|dónde|a quién) (?:puedo|debo) (?:hablar|llamar|quejarme|reclamar|contactar|dirigirme)|(?:poner|hacer|presentar|interponer) (?:una )?(?:queja|reclamo|reclamación|hoja)",
        r"(?:no|sin|ni) (?:con |quiero |a )?(?:un |una )?(?:robot|máquina|bot|grabación|contestadora)s?$|(?:agente|persona|humano|asesor|supervisor) (?:real|por favor|porfavor|ya)|hay alguien|(?:eres|es) (?:un )?(?:robot|humano)",
    ),
    human_fine=(
        r"(?:nadie|nunca|no|jamás|prometieron|quedaron (?:de|en)|iban a|tuve que|imposible|difícil|fácil|gusto|logré|pude|horas para|sin|costó|encantó|agradable) (?:\w+ ){0,3}?(?:me |nos )?(?:llam(?:ó|aron|a|an|ar|arme|aban|ado)|contact(?:ó|aron|ar|arme|a)|ayud(?:ó|aron|ar|arme|a|an)|atend(?:ió|ieron|er)|atienden?|hablar|comunicarme|devolv\w+|respond\w+)(?: (?:con|a)){0,1}",
        r"(?:me|nos) (?:llamó|llamaron|ayudó|ayudaron|atendió|atendieron|contactaron|contactó|han ayudado|ha ayudado)|no (?:necesito|quiero|hace falta) (?:ayuda|hablar|que me llamen|ninguna)",
    ),
    skip="saltar, omitir, siguiente, paso, skip, pasar, sin comentarios, sin comentario, ningún comentario, nada que decir, ninguno, prefiero no decir, prefiero no responder, más tarde, ahora no, luego, no aplica, n/a, no contesta, ns/nc, no sé, salto, ninguna, pregunta siguiente, no tengo comentarios",
    corrects="""quise decir, quería decir, quiero decir, quise poner, quería poner, me refería a, corrección, corrijo, cambiar a, cambiar por, cámbialo a, cambien a, cambie a, cámbienlo a, cambiar mi nota a, cambiar mi respuesta a, cambia mi nota a, cambien mi calificación a, cambiarlo a, cambio mi respuesta a, cambio a, ponga un, pon un, pongan, ponme, pon, pongan un, que sea un, debería ser, debe ser, era, era un, me equivoqué, me equivoque, equivocación, error, fue un error, error mío, por error, error de dedo, mejor, mejor un, mejor dicho, más bien, en realidad es, en realidad era, rectifico, modificar a, en vez""",
    corrects_late="quise decir, quería decir",
    corrects_weak="perdón, perdon, perdona, perdone, disculpa, disculpe, disculpen, ups, uy, no, no espera, espera, espere, esperen, digo, lo siento, oops, ay, oh, bueno, en realidad, ah, eh, no perdón, pensándolo bien, mentira, sorry",
)
