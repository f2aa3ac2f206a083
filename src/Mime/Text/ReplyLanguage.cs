namespace AgentPost.Mime.Text;

/// <summary>
/// How mail programs of one language introduce quoted text; in lower case, without the colon or the surrounding dashes.
/// </summary>
/// <param name="Openings">Words that can start an attribution line; names of weekdays in languages that start with
/// these.</param>
/// <param name="Verbs">Words for "wrote".</param>
/// <param name="From">Labels of Outlook's block, like the three parameters after it.</param>
/// <param name="Originals">Text between dashes above the message that is replied to.</param>
/// <param name="Forwards">Text between dashes above a forwarded message.</param>
/// <param name="SentFrom">The start of the line that phones append to a text.</param>
sealed record ReplyLanguage(
    string[] Openings,
    string[] Verbs,
    string[] From,
    string[] Sent,
    string[] To,
    string[] Subject,
    string[] Originals,
    string[] Forwards,
    string[] SentFrom)
{
    public static readonly ReplyLanguage[] All =
    [
        // English
        new(["on"], ["wrote", "writes", "said", "says", "replied"], ["from", "sender"], ["sent", "date"], ["to", "cc", "receiver", "recipient"], ["subject"],
            ["original message", "original appointment", "reply message", "replied message"],
            ["forwarded message", "begin forwarded message", "forwarded by"], ["sent from my ", "sent from mail for windows", "sent from outlook", "get outlook for ", "sent via ", "sent with proton mail", "sent from proton mail", "sent from yahoo mail", "sent from samsung"]),
        // German
        new(["am", "on"], ["schrieb", "hat geschrieben", "schrieben", "sagte", "antwortete"], ["von", "absender"], ["gesendet", "datum"], ["an", "cc", "empfänger"], ["betreff"], ["ursprüngliche nachricht", "originalnachricht", "original-nachricht", "ursprünglicher termin"],
            ["weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitet von"], ["von meinem ", "gesendet von meinem ", "gesendet mit ", "von mobil gesendet"]),
        // French
        new(["le"], ["a écrit", "écrit", "a dit", "a répondu"], ["de", "expéditeur"], ["envoyé", "date", "envoyé le"], ["à", "a", "cc", "destinataire"], ["objet", "sujet"], ["message d'origine", "message d’origine", "message original", "message initial"],
            ["message transféré", "message transmis", "début du message réexpédié", "début du message transféré"], ["envoyé de mon ", "envoyé depuis ", "envoyé à partir de ", "télécharger outlook pour "]),
        // Spanish
        new(["el"], ["escribió", "ha escrito", "dijo"], ["de"], ["enviado", "fecha", "enviado el"], ["para", "cc"], ["asunto"], ["mensaje original"],
            ["mensaje reenviado", "forwarded message", "inicio del mensaje reenviado"], ["enviado desde mi ", "enviado desde ", "obtener outlook para ", "obtenga outlook para "]),
        // Portuguese
        new(["em", "no dia", "a", "segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"], ["escreveu", "disse"], ["de"], ["enviado", "enviada", "data", "enviada em", "enviado em"], ["para", "cc"], ["assunto"],
            ["mensagem original"], ["mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada"],
            ["enviado do meu ", "enviado a partir do ", "obter o outlook para ", "obtenha o outlook para "]),
        // Italian
        new(["il", "in data"], ["ha scritto", "scrive", "ha detto"], ["da"], ["inviato", "data"], ["a", "cc"], ["oggetto"], ["messaggio originale", "messaggio originario"],
            ["messaggio inoltrato", "inizio messaggio inoltrato"], ["inviato da ", "inviato dal ", "ottieni outlook per ", "scarica outlook per "]),
        // Dutch
        new(["op"], ["schreef", "geschreven", "zei"], ["van"], ["verzonden", "datum"], ["aan", "cc"], ["onderwerp"], ["oorspronkelijk bericht", "origineel bericht", "oorspronkelijke afspraak"],
            ["doorgestuurd bericht", "begin doorgestuurd bericht"], ["verstuurd vanaf mijn ", "verzonden vanaf mijn ", "verzonden met ", "outlook voor "]),
        // Polish
        new(["w dniu", "dnia", "pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.", "niedz"], ["napisał", "napisała", "napisał(a)", "pisze"], ["od", "nadawca"], ["wysłano", "data", "wysłane"], ["do", "dw"], ["temat"],
            ["wiadomość oryginalna", "oryginalna wiadomość", "treść oryginalnej wiadomości"], ["treść przekazanej wiadomości", "przekazana wiadomość", "wiadomość przekazana dalej", "początek przekazywanej wiadomości"],
            ["wysłane z ", "wysłano z ", "pobierz outlook dla "]),
        // Swedish
        new(["den", "mån", "tis", "ons", "tors", "fre", "lör", "sön"], ["skrev"], ["från"], ["skickat", "datum"], ["till", "kopia"], ["ämne"], ["ursprungligt meddelande", "originalmeddelande", "originalmessage"],
            ["vidarebefordrat meddelande", "vidarebefordrat brev", "vidarebefordrat mejl"], ["skickat från min ", "skickat från ", "hämta outlook för "]),
        // Danish
        new(["den", "man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn."], ["skrev"], ["fra"], ["sendt", "dato"], ["til", "cc"], ["emne"], ["oprindelig meddelelse", "original meddelelse"],
            ["videresendt meddelelse", "start på videresendt besked", "videresendt besked"], ["sendt fra min ", "sendt fra ", "hent outlook til "]),
        // Norwegian
        new(["den", "på", "man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."], ["skrev"], ["fra"], ["sendt", "dato"], ["til", "kopi"], ["emne"], ["opprinnelig melding", "original melding", "opprinnelig avtale"],
            ["videresendt melding"], ["sendt fra min ", "sendt fra ", "få outlook for "]),
        // Finnish
        new(["ma", "ti", "ke", "to", "pe", "la", "su"], ["kirjoitti"], ["lähettäjä"], ["lähetetty", "päivämäärä"], ["vastaanottaja", "kopio"], ["aihe"], ["alkuperäinen viesti"], ["välitetty viesti", "edelleenlähetetty viesti"], ["lähetetty ", "hanki outlook"]),
        // Russian
        new(["пн", "вт", "ср", "чт", "пт", "сб", "вс", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"], ["пишет", "писал", "писал(а)", "написал", "написала", "написал(а)"],
            ["от", "от кого"], ["отправлено", "дата"], ["кому", "копия"], ["тема"], ["исходное сообщение", "original message", "оригинальное сообщение"],
            ["пересылаемое сообщение", "пересланное сообщение", "перенаправленное сообщение", "начало переадресованного сообщения"], ["отправлено с ", "отправлено из ", "скачать outlook для "]),
        // Japanese
        new([], ["のメール", "は書きました", "さんは書きました", "が書きました", "からのメール"], ["差出人", "送信者", "from"], ["送信日時", "日時", "日付", "sent", "date"], ["宛先", "to", "cc"], ["件名", "subject"], ["元のメッセージ", "オリジナルメッセージ", "original message"],
            ["転送されたメッセージ", "転送メッセージ"], ["iphoneから送信", "ipadから送信", "outlook for ios を入手", "androidから送信"]),
        // Chinese, simplified and traditional
        new(["在", "于"], ["写道", "寫道"], ["发件人", "寄件者", "寄件人"], ["发送时间", "日期", "寄件日期", "傳送時間", "发送日期"], ["收件人", "收件者", "抄送", "副本"], ["主题", "主旨", "主題"], ["原始邮件", "回复的原邮件", "邮件原件", "原始郵件", "原邮件", "原始邮件信息"],
            ["转发的消息", "转发邮件信息", "轉寄的郵件", "轉寄郵件", "转发邮件"], ["从我的 ", "发自我的", "从我的iphone发送", "從我的 ", "寄自我的", "获取 outlook"]),
    ];
}
