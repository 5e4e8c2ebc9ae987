"""Portuguese."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = (
    "(?:sms|mensagens|mensagem|msgs?|textos?|e ?mails?|pesquisas?|enquetes?|questionários?|inquéritos?|propagandas?|publicidade|spams?|notificações|"
    "avisos|perguntas|torpedos?|whatsapps?|promoções|lembretes|coisas|contatos?)"
)
_PERSON = (
    "(?:alguém|uma? (?:\\w+ )?(?:pessoa|humano|ser humano|atendente|agente|gerente|supervisora?|responsável|operadora?|funcionári[oa]|consultora?|representante|técnico|chefe|encarregado|especialista|"
    "colaborador|assistente)|(?:o|a|seu|sua|teu|vosso|com o|do|ao) (?:\\w+ )?(?:gerente|supervisora?|responsável|chefe|diretora?|patrão|atendente|encarregado|dono)|atendimento|atendente|suporte|pessoa|humano|vocês|vcs|agente|sac|gerente)"
)

LEXICON = Lexicon(
    code="pt",
    numbers=("zero", "", "dois, duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze"),
    alone={1: "um, uma"},
    big="""doze, treze, catorze, quatorze, quinze, dezesseis, dezasseis, dezessete, dezassete, dezoito, dezenove, dezanove, vinte, trinta, quarenta, cinquenta, sessenta, setenta, oitenta, noventa, cem, cento, centos, mil, milhão, milhões, dúzia, dezena""",
    frame="""um, uma, o, a, os, eu, dou, te dou, lhe dou, lhes dou, vos dou, dar, daria, darei, dei, digo, diria, direi, coloco, colocaria, ponho, poria, pôr, atribuo, atribuiria, avalio, avalio com, avaliaria, merece, merecem, é, é um, seria, será, foi, foi um, com, leva, levam, recebe, voto, escolho, acho, acho que, penso, creio, considero, fica, vai, vou de, vou dar, vai um,
        aproximadamente, mais ou menos, cerca de, uns, talvez, provavelmente, certamente, com certeza, definitivamente, claramente, sinceramente, honestamente, sem dúvida, sem dúvidas, grande, belo, sólido, redondo, redondinho, só, somente, apenas, um bom, pra mim, para mim, por mim, da minha parte, na minha opinião, minha, meu, então, por isso, portanto, e, mas, que, sim, claro, olá, ola, oi, opa, bom dia, boa tarde, boa noite, ok, tá, ta, né, hum, hmm,
        nota é, minha nota é, minha nota, a minha nota, resposta é, pontuação é, no total, no geral, em geral, no fim, de, nota de, pontuação de, melhor, diria que, daria uma nota, dou uma nota, dou nota, daria nota, vocês merecem, pra vocês, para vocês, nota final, olha, vcs, você, vc, vocês, lhe, lhes, te, vos, me, facilmente""",
    nouns="nota, pontuação, pontos, ponto, score, nps, resposta, avaliação, classificação, pts, satisfação, voto, notas",
    after="pra mim, para mim, por mim, da minha parte, na minha opinião, acho, acho eu, eu acho, diria, eu diria, mais ou menos, talvez, sem dúvida, com certeza, com louvor, sinceramente, por favor, pfv, no geral, merecido, redondo, pra vocês, para vocês, dou, no mínimo justo, né, de nota, ou por aí, é minha nota, é a minha nota, total",
    follow="""porque, pq, pois, por, mas, e, já, devido, obrigado, obrigada, obg, vlw, muito, excelente, bom, boa, ótimo, ótima, otimo, péssimo, péssima, ruim, mau, má, tudo, nada, não, nao, o, a, os, as, me, meu, minha, seu, foi, é, estava, era, serviço, atendimento, rápido, rápida, lento, demora, demorado, demorou, amigável, gentil, perfeito, perfeita, parabéns, show, top, com, sem, apesar, embora, sempre, nunca, fui, eu, vocês, vcs, na, no, para, pra, pela, pelo, mesmo, satisfeito, satisfeita, bem, mal, uma, um, gostei, amei, só, simpático, atenciosos, problema resolvido, em""",
    endings="pts, pontos, p",
    quiet="escala, de, do, da, ao, a, em, por, que, muito, porque, possíveis, possível, se",
    number_nouns="número, num, nº, no, o número",
    plural=r"[a-záéíóúãõçê]{3,}[aeo]s",
    units="""segundo, segundos, minuto, minutos, minutinhos, hora, horas, dia, dias, noite, noites, semana, semanas, mês, meses, mes, ano, anos, vez, vezes, meia hora,
        pessoas, pessoa, gente, atendentes, agentes, funcionários, funcionárias, operadores, técnicos, clientes, colegas, crianças, filhos, homens, mulheres, ligações, chamadas, telefonemas, e-mails, emails, mensagens, cartas, tentativas, visitas, consultas,
        pedidos, artigos, produtos, pacotes, encomendas, peças, caixas, quartos, departamentos, setores, perguntas, problemas, problema, erros, reclamações, coisas, razões, motivos, passos, páginas, formulários, faturas, contas, km, quilômetros, metros, kg, quilos, litros, graus, diferentes, outras, outros, dias úteis, longos, longas, de vocês, dos seus, dos meus, dos, das, transferências, lojas, protocolos, hotéis, linhas, chamados, reais na, tickets, atendimentos, horinhas, novos, mil""",
    units_own="min, h, hs, hrs, s, gb, mb, k, x, seg, a vez, o dia, ª, º",
    time_before="às, as, à, até as, até às, desde as, pelas, das, por volta das, antes das, depois das, desde, há, ha, após",
    time_after="am, pm, h, hs, horas da manhã, da manhã, da tarde, da noite, em ponto, horas em ponto",
    money="real, reais, euro, euros, eur, dólar, dólares, centavos, cêntimos, brl, conto, contos, pila",
    months="janeiro, fevereiro, março, abril, maio, junho, julho, agosto, setembro, outubro, novembro, dezembro, de janeiro, de fevereiro, de março, de abril, de maio, de junho, de julho, de agosto, de setembro, de outubro, de novembro, de dezembro",
    refs="""quarto, pedido, ordem, ticket, caso, protocolo, linha, ônibus, autocarro, trem, comboio, balcão, terminal, plataforma, passo, pergunta, opção, fase, nível de, versão, windows, iphone, página, capítulo, tipo, tamanho, fila, assento, zona, rua, avenida, dia, semana, mês, ano, fatura, referência, ref, ramal, departamento, tecla, digite, disque, aperte, porta, andar, piso, artigo, top, rodovia, saída, código, caixa, guichê, cliente número, sala, mesa, atendente, agente, contrato, covid, bloco, apto, apartamento, sala, loja""",
    voids="""espero, esperei, esperar, esperando, liguei, ligar, sem, tenho, tinha, tive, tem, temos, comprei, pedi, recebi, paguei, pagar, dura, durou, falei, estes, estas, esses, essas, todos os, todas as, últimos, últimas, próximos, primeiros, primeiras, cada, são, éramos, somos, sou, estavam, entre, em, dentro de, os últimos, faz, fazem, há, ha, após, depois de, antes de, levou, levaram, demorou, demoraram, demora, filho tem, filha tem, durante, quase, umas, uns, as, aqueles, enviaram, mandei, já são, por""",
    ordinals=(
        "primeiro, primeira",
        "segundo, segunda",
        "terceiro, terceira",
        "quarto, quarta",
        "quinto, quinta",
        "sexto, sexta",
        "sétimo",
        "oitavo",
    ),
    negations="não, nao, nem, nem um, nunca, jamais, por que não, em vez de, ao invés de, nenhum, de jeito nenhum, não é",
    negations_after=" é demais, é muito alto, seria demais",
    bounds="""menos de, menos que, menos do que, menor que, mais de, mais que, mais do que, maior que, inferior a, superior a, abaixo de, acima de, pelo menos, ao menos, no mínimo, no mínimo um, mínimo, máximo, no máximo, no máximo um, max, min, até, até um, quase, quase um, perto de, próximo de, próximo a, entre, entre um, a partir de, sob""",
    bounds_after="max, ou mais, ou menos, e mais, e menos, no mínimo, no máximo, mínimo, máximo, pelo menos, pra cima, para cima, para mais, pra mais, para menos, e pouco, e tal, mais, menos, ou maior, ou menor, ou superior",
    minus="menos, negativo",
    halves="e meio, e meia, e pouco, e um quarto, vírgula alguma coisa",
    halves_before="meio, meia",
    point="vírgula, ponto",
    out_of="de, em, sobre, dos, out of, de um total de, de um máximo de, pontos de, num total de, por, de um, para",
    ten_before="escala de, de um máximo de, em uma escala de",
    ten_after="pontos possíveis",
    range_words="a, ao, e, até, até o",
    percent="por cento, porcento, porcentos",
    stars="estrela, estrelas, estrelinhas",
    if_words="caso, desde que, a menos que, assim que, a não ser que, quando resolverem, quando vocês, se vocês, se resolverem, se resolver, se vcs, se consertarem, se arrumarem, se me, se o, se a, se for resolvido, se derem, se fosse, se não fosse",
    if_start="se",
    if_fine=r"se (?:eu )?(?:for|tiver|tivesse|devo|posso|fosse) (?:\w+ )?(?:hones[t]o|honesta|sincer[oa]|franc[oa]|ser|dar|escolher|dizer|avaliar)|se (?:você|vc|me) (?:me )?pergunta\w*|como se|se possível|se não me engano|se der|se quiser(?:em)?|mesmo se|se saiu|se saíram|se mostrou|se mostraram",
    unsure=r"não espera|nao espera|espera não|quis dizer|queria dizer|correção|(?:teria|teriam|tinha|seria|seriam) (?:sido|dado|merecido)|(?:daria|dava|seria) (?:um |uma nota )?\d+ (?:se|caso|mas se)|da última vez|última vez|antes era|antes dava|normalmente|fico entre|em dúvida entre|esquece|me enganei|em vez de|ao invés de|depende",
    full_marks="nota máxima, pontuação máxima, nota mil, a nota máxima, melhor nota, o máximo, nota mais alta, pior nota, nota mínima, nota total",
    questions="é, o que, que, qual, por que, porque, porquê, como, posso, devo, quanto, quer dizer, significa, então é, quem, onde, quando",
    filler="""por, favor, pfv, pf, pff, plz, obrigado, obrigada, obg, brigado, valeu, vlw, olá, ola, oi, dia, tarde, noite, agora, já, imediatamente, ok, tá, sim, senhor, senhora, moça, moço, abraço, abraços, abs, att, atenciosamente, kkk, kkkk, kkkkk, rs, rsrs, pessoal, equipe, desde, grato, grata, cumprimentos, de, vez""",
    opt_out="""fim, cancelar, cancelar inscrição, cancela inscrição, cancelar assinatura, chega, basta, não mais, nao mais, nunca mais, não quero, não quero mais, nao quero, nao quero mais, não tenho interesse, sem interesse, não me interessa, não estou interessado, não estou interessada, número errado, numero errado, engano, é engano, pessoa errada, me deixa em paz, me deixe em paz, me deixem em paz, deixem-me em paz, não perturbe, remover, me remova, me remove, me tira, me tire, bloquear, parem, pare, para, para com isso, pare com isso, parem com isso, pare já, parem já, para já, excluir, desistir, não me perturbe, encerrar, apagar meu número, não envie mais, não mande mais, não enviem mais, cancele, pára""",
    opt_out_clause="""stop, sair, parar, descadastrar, descadastro, descadastre, me descadastre, me descadastra, quero descadastrar, quero sair, cancelar sms, cancelar mensagens, cancelar envio, desinscrever, desinscreva, anular subscrição, cancelar subscrição, remover subscrição, pare sms, parar sms, stop sms, sms stop, quero parar, quero me descadastrar, não quero receber, sair da lista, desativar sms, chega de mensagens, remover número, stop mensagens""",
    opt_out_phrases=(
        rf"(?:não|nao|nunca|jamais|n|nem) (?:me |nos |mais )*(?:volte[m]? a |quero que (?:me )?|precisa |precisam )?(?:me )?(?:envi(?:e|em|ar|arem|a|es)|mand(?:e|em|ar|a|es)|escrev(?:a|am|er|as|e)|contat(?:e|em|ar|a)|contact(?:e|em|ar|a|es)|perturb(?:e|em|ar|a)|incomod(?:e|em|ar|a|es)|ligu(?:e|em|es)|ligar|chate(?:ie|iem)|procur(?:e|em))(?:[ -]?(?:me|nos))?(?: (?:mais|nunca|nada|{_MESSAGES}|de|por|favor|pfv|outra|vez|já|para|este|esse|neste|nesse|número|numero|nenhuma?|essas?|esses?|estas?|isso|suas?|obrigad[oa]|pra|mim|assim))*$",
        rf"(?:par(?:e|em|a|ar|ai)|chega|deix(?:e|em|a)|cess(?:e|em)|bast[ea]|stop)(?: (?:já|agora|por favor|pfv|imediatamente|logo))* (?:de |com |a )?(?:me |as |os |essas |esses |tanta |tantas |tanto |estas )?(?:envi(?:ar|o)|mandar|escrever|contatar|contactar|perturbar|incomodar|encher|ligar|spam|chatear|{_MESSAGES})(?: .{{0,40}})?$",
        rf"(?:não|nao|n|nunca|já não|parar de|deixar de) (?:quero |desejo |gostaria de |pretendo |mais |preciso )*(?:continuar a? ?)?(?:mais )?(?:receb\w+|ser (?:contatad[oa]|contactad[oa]|incomodad[oa]|perturbad[oa])|participar|nenhuma? {_MESSAGES}|mais {_MESSAGES}|que me (?:enviem|mandem|contatem|contactem|incomodem|perturbem|escrevam))(?: .{{0,40}})?$",
        rf"(?:sem|chega de|não quero|basta de|nenhuma?|não mais|nada de) (?:mais |as |essas |esses |suas )?{_MESSAGES}(?: (?:mais|por favor|obrigad[oa]|de vocês|nunca mais|pfv))*$",
        r"(?:me |quero |favor |por favor |pode |podem |gostaria de |desejo |solicito |como )(?:me )?(?:descadastr\w+|desinscrev\w+|remov(?:a|am|e|er)|retir(?:e|em|a|ar)|tir(?:e|em|a|ar)|exclu(?:a|am|i|ir)|apagu(?:e|em)|cancelar? (?:a )?(?:inscrição|assinatura|subscrição|envio))(?:[ -]me)?(?: (?:(?:d[aeo]s?|dessa|desta|deste|desse|esse|essas|essa|sua|minha|meu|por|lista|cadastro|mensagens|sms|pesquisas?|favor|já|base|sistema|contatos|grupo|número|telefone|daqui)\s?)+)?$",
        r"(?:remov(?:a|am|er)|retir(?:e|em|ar)|tir(?:e|em|ar)|exclu(?:a|am|ir)|apagu?(?:e|em|ar)|delet(?:e|em|ar)|elimin(?:e|em|ar)|risqu(?:e|em))[ -](?:me|o meu (?:número|nome|contato|contacto|telefone)|meu (?:número|numero|nome|contato|telefone|cadastro)|meus dados|os meus dados|este número|esse número)",
        r"(?:me )?deix(?:e|em|a)[ -]?(?:me )?em paz|número errado|(?:retiro|revogo) (?:o )?(?:meu )?consentimento|não (?:autorizo|autorizei|dei (?:o )?(?:meu )?consentimento|me inscrevi|me cadastrei)|pessoa errada|me deixa quieto|sair (?:desta|dessa|da) lista",
        r"(?:por favor|pfv|favor|já|pode|podem|peço que|quero que|e|agora|vocês|vcs) (?:par(?:e|em|ar)|stop|cess(?:e|em|ar)|encerr(?:e|em|ar))(?: (?:já|agora|por favor|com isso|isso|imediatamente|obrigad[oa]|de vez))*$",
        r"^(?:stop|parem?|parar|chega|sair) (?:já|agora|por favor|pfv|com isso|isso|imediatamente|obrigad[oa]|de vez|disso|daqui)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:não|nao|sem|nunca) (?:consigo |para(?:m|va)? |pare(?:m)? )?(?:parar|de parar|parar de (?:recomendar|sorrir|falar|rir))|(?:não|nao) par[ae]m?(?: de)?|sem parar|(?:para|parar|parem) (?:mim|o|a|de (?:chover|falar))",
    ),
    opt_in="start, voltar, retomar, inscrever, cadastrar, ativar, reativar, assinar, subscrever, unstop, recomeçar, quero receber, me inscreva, reinscrever",
    human="""atendente, agente, humano, pessoa, uma pessoa, um humano, pessoa real, pessoa de verdade, operador, operadora, representante, supervisor, supervisora, gerente, responsável, chefe, ajuda, me ajuda, me ajude, preciso de ajuda, preciso ajuda, me liga, me ligue, me liguem, liguem-me, liga-me, ligue-me, me ligar, ligar, quero falar, falar com atendente, falar com humano, alguém, atendimento, atendimento humano, sac, suporte, reclamação, quero reclamar, fazer uma reclamação, retorno, ligação, contato, entrem em contato, entre em contato, falar com alguém, um atendente, atendente humano, atendente por favor, contactem-me, socorro""",
    human_phrases=(
        rf"(?:falar|conversar|comunicar|tratar|contatar|contactar|contacto|contato|falo|dialogar|chamar|passar|ser atendid[oa]|atendimento) (?:diretamente |por favor |por telefone |já )*(?:com |a |por |pro |para |de )?(?:o |a |um |uma )?{_PERSON}",
        rf"(?:quero|queria|gostaria|preciso|desejo|exijo|posso|poderia|prefiro|solicito|pode(?:m)? me passar|me passa|me passe|me passem|necessito|aguardo) (?:\w+ )?(?:falar|com|de (?:um|uma|falar)|ver|que (?:me|alguém)|um[a]? (?:ligação|contato|retorno|humano|atendente|pessoa|gerente|supervisor)|ajuda|de ajuda|o gerente|ser atendid[oa] por|contato|retorno|ligação)(?: (?:{_PERSON}|por telefone|.{{0,30}}))?$",
        r"(?:me |nos )(?:lig(?:a|ue|uem|ar|am)|telefon(?:e|em|ar|a)|contat(?:e|em|ar)|contact(?:e|em|ar)|ajud(?:e|em|ar|a)|retorn(?:e|em|ar)|cham(?:e|em|a))(?: .{0,30})?$|(?:lig(?:ue|uem|a|ar)|contact(?:e|em|ar)|telefon(?:e|em|ar)|ajud(?:e|em|ar)|contat(?:e|em))[ -](?:me|nos|para mim|pra mim|de volta)|entr(?:e|em|ar) em conta[c]?to(?: comigo| por favor| com|$)",
        r"(?:alguém|uma pessoa|um (?:\w+ )?(?:humano|atendente|gerente|supervisor|responsável|funcionário)|o gerente|vocês|vcs|você) (?:\w+ )?(?:pode|poderia|podem|poderiam|consegue|tem que|deve|possa|vai) (?:por favor )?(?:me |nos )?(?:ligar|contatar|contactar|ajudar|retornar|atender|telefonar|entrar em contato)|(?:pode|poderia|podem|poderiam|peço que|quero que) (?:alguém |vocês |por favor |me |nos )*(?:ligar|liguem|ligue|contatar|contactar|ajudar|ajudem|retornar|telefonar|entrar em contato|entrem em contato)(?:[ -]me)?",
        r"(?:aguardo|espero|quero|solicito|preciso|gostaria) (?:o |a |de |um |uma |seu |sua )*(?:ligação|retorno|contato|contacto|telefonema|chamada|ajuda|atendimento humano)|(?:com quem|onde|para quem) (?:eu )?(?:posso|devo) (?:falar|ligar|reclamar)|(?:fazer|abrir|registrar|apresentar) (?:uma )?(?:reclamação|queixa)",
        r"(?:não|nao|sem|nem) (?:com |quero |por )?(?:um |uma )?(?:robô|robo|máquina|bot|gravação)s?$|(?:atendente|pessoa|humano|gerente|supervisor) (?:real|de verdade|por favor|pfv|já|humano)|tem alguém aí|(?:é|você é|vc é) (?:um )?(?:robô|humano)",
    ),
    human_fine=(
        r"(?:ninguém|ninguem|nunca|não|nao|jamais|prometeram|ficaram de|iam|tive que|impossível|difícil|fácil|prazer|consegui|horas para|sem|adorei|para conseguir|demorou para) (?:\w+ ){0,3}?(?:me |nos )?(?:lig(?:ou|aram|a|am|ar)|contat(?:ou|aram|ar|a)|contact(?:ou|aram|ar)|ajud(?:ou|aram|ar|a|am)|atend(?:eu|eram|er|e)|falar|retorn(?:ou|aram|ar|a)|respond\w+|chamar)(?: (?:com|a)){0,1}",
        r"(?:me|nos) (?:ligou|ligaram|ajudou|ajudaram|atendeu|atenderam|contataram|contatou|retornaram|retornou)|não (?:preciso|quero) (?:de )?(?:ajuda|falar|que me liguem|nada)",
    ),
    skip="pular, próxima, proxima, passo, skip, passar, pula, sem comentários, sem comentário, nenhum comentário, nada a dizer, nada a declarar, prefiro não dizer, prefiro não responder, mais tarde, agora não, depois, não se aplica, n/a, não sei, saltar, avançar, seguinte, nenhum, próxima pergunta",
    corrects="""quis dizer, queria dizer, quero dizer, quis colocar, quis por, correção, corrigindo, corrijo, mudar para, muda para, mude para, mudem para, muda pra, mude pra, mudar minha nota para, muda minha nota para, mude minha nota para, quero mudar para, trocar para, troca para, troque para, trocar por, alterar para, altere para, alterem para, altera para, alterar minha nota para, coloca, coloque, coloquem, põe, ponha, deveria ser, deve ser, era, era um, era pra ser, era para ser, me enganei, enganei-me, me confundi, errei, foi erro, erro meu, por engano, foi engano, erro de digitação, digitei errado, melhor, melhor um, aliás, na verdade é, na verdade era, em vez""",
    corrects_weak="desculpa, desculpe, desculpem, perdão, perdao, ops, oops, opa, não, nao, não espera, espera, espere, pera, peraí, na verdade, ah, oh, eita, foi mal, sorry, pensando bem, pensando melhor, digo, errado, ih",
)
