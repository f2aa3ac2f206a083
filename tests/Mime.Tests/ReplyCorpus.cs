namespace AgentPost.Mime.Tests;

/// <summary>A reply in one language, as one mail program writes it.</summary>
/// <param name="Own">What its author wrote.</param>
sealed record SyntheticReply(string Client, string Language, string Text, string Own);

/// <summary>Replies of 20 mail programs in 10 languages. All texts were written for this file.</summary>
static class ReplyCorpus
{
    static readonly Phrases[] Languages =
    [
        new("en", "Yes, Tuesday works for me.", "I'll bring the papers.", "When shall we meet?", "Where?", "At the office.",
            "On Mon, Sep 7, 2026 at 10:00 AM Ann Lee <ann@x.example> wrote:", "On 07/09/2026 10:00, Ann Lee wrote:", "Sent from my iPhone", "Get Outlook for iOS<https://aka.example/o0ukef>", "Sent from Mail<https://go.example/fwlink/?LinkId=1> for Windows 10",
            ["From", "Sent", "To", "Subject"], "Original Message", "Original message", "Monday, September 7, 2026 10:00 AM", "##- Please type your reply above this line -##", "This e-mail and any attachments are confidential and intended only for the addressee. If you received it in error, delete it."),
        new("de", "Ja, Dienstag passt mir gut.", "Ich bringe die Unterlagen mit.", "Wann treffen wir uns?", "Wo?", "Im Büro.",
            "Am Mo., 7. Sept. 2026 um 10:00 Uhr schrieb Ann Lee <ann@x.example>:", "Am 07.09.26 um 10:00 schrieb Ann Lee:", "Von meinem iPhone gesendet", "Gesendet mit Outlook für iOS<https://aka.example/o0ukef>", "Gesendet mit [Outlook](https://go.example/fwlink/?LinkId=1) für Android",
            ["Von", "Gesendet", "An", "Betreff"], "Ursprüngliche Nachricht", "Ursprüngliche Nachricht", "Montag, 7. September 2026 10:00", "## Bitte oberhalb dieser Zeile antworten ##", "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Empfänger sind, löschen Sie sie bitte."),
        new("fr", "Oui, mardi me convient.", "J'apporterai les documents.", "Quand nous voyons-nous ?", "Où ?", "Au bureau.",
            "Le lun. 7 sept. 2026 à 10:00, Ann Lee <ann@x.example> a écrit :", "Le 07/09/2026 à 10:00, Ann Lee a écrit :", "Envoyé de mon iPhone", "Télécharger Outlook pour iOS<https://aka.example/o0ukef>", "Envoyé à partir de Outlook<https://go.example/fwlink/?LinkId=1>",
            ["De", "Envoyé", "À", "Objet"], "Message d'origine", "Message original", "lundi 7 septembre 2026 10:00", "--- Répondez au-dessus de cette ligne ---", "Ce message et ses pièces jointes sont confidentiels et destinés à la seule personne nommée ci-dessus."),
        new("es", "Sí, el martes me viene bien.", "Llevaré los papeles.", "¿Cuándo nos vemos?", "¿Dónde?", "En la oficina.",
            "El lun, 7 sept 2026 a las 10:00, Ann Lee (<ann@x.example>) escribió:", "El 7/9/26 a las 10:00, Ann Lee escribió:", "Enviado desde mi iPhone", "Obtener Outlook para iOS<https://aka.example/o0ukef>", "Enviado desde Correo<https://go.example/fwlink/?LinkId=1> para Windows",
            ["De", "Enviado", "Para", "Asunto"], "Mensaje original", "Mensaje original", "lunes, 7 de septiembre de 2026 10:00", "## Responda por encima de esta línea ##", "Este mensaje es confidencial y está dirigido únicamente a su destinatario. Si lo recibió por error, bórrelo."),
        new("pt", "Sim, terça serve para mim.", "Levo os documentos.", "Quando nos encontramos?", "Onde?", "No escritório.",
            "Em seg., 7 de set. de 2026 às 10:00, Ann Lee <ann@x.example>\nescreveu:", "Em 07/09/2026 10:00, Ann Lee escreveu:", "Enviado do meu iPhone", "Obter o Outlook para iOS<https://aka.example/o0ukef>", "Enviado a partir do Correio<https://go.example/fwlink/?LinkId=1> para Windows",
            ["De", "Enviado", "Para", "Assunto"], "Mensagem original", "Mensagem original", "segunda-feira, 7 de setembro de 2026 10:00", "-- Responda acima desta linha --", "Esta mensagem é confidencial e destina-se apenas ao seu destinatário. Se a recebeu por engano, apague-a."),
        new("it", "Sì, martedì va bene.", "Porto io i documenti.", "Quando ci vediamo?", "Dove?", "In ufficio.",
            "Il giorno lun 7 set 2026 alle ore 10:00 Ann Lee <ann@x.example> ha scritto:", "Il 07/09/2026 10:00, Ann Lee ha scritto:", "Inviato da iPhone", "Ottieni Outlook per iOS<https://aka.example/o0ukef>", "Inviato da Posta<https://go.example/fwlink/?LinkId=1> per Windows",
            ["Da", "Inviato", "A", "Oggetto"], "Messaggio originale", "Messaggio originale", "lunedì 7 settembre 2026 10:00", "=== Rispondi sopra questa riga ===", "Questo messaggio è riservato ed è destinato solo alla persona indicata. Se lo ha ricevuto per errore, lo cancelli."),
        new("nl", "Ja, dinsdag past mij.", "Ik neem de papieren mee.", "Wanneer zien we elkaar?", "Waar?", "Op kantoor.",
            "Op ma 7 sep. 2026 om 10:00 schreef Ann Lee <ann@x.example>:", "Op 07-09-2026 om 10:00 schreef Ann Lee:", "Verstuurd vanaf mijn iPhone", "Outlook voor iOS<https://aka.example/o0ukef> downloaden", "Verzonden met [Mail](https://go.example/fwlink/?LinkId=1) voor Windows",
            ["Van", "Verzonden", "Aan", "Onderwerp"], "Oorspronkelijk bericht", "Origineel bericht", "maandag 7 september 2026 10:00", "## Antwoord boven deze regel ##", "Dit bericht is vertrouwelijk en alleen bestemd voor de geadresseerde. Als u het ten onrechte ontving, verwijder het."),
        new("pl", "Tak, wtorek mi pasuje.", "Przyniosę dokumenty.", "Kiedy się spotykamy?", "Gdzie?", "W biurze.",
            "pon., 7 wrz 2026 o 10:00 Ann Lee <ann@x.example> napisał(a):", "W dniu 07.09.2026 o 10:00, Ann Lee pisze:", "Wysłane z iPhone'a", "Pobierz Outlook dla iOS<https://aka.example/o0ukef>", "Wysłane z aplikacji Poczta<https://go.example/fwlink/?LinkId=1>",
            ["Od", "Wysłano", "Do", "Temat"], "Wiadomość oryginalna", "Oryginalna wiadomość", "poniedziałek, 7 września 2026 10:00", "## Odpowiedz powyżej tej linii ##", "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymałeś ją przez pomyłkę, usuń ją."),
        new("ru", "Да, во вторник мне удобно.", "Документы принесу.", "Когда встречаемся?", "Где?", "В офисе.",
            "пн, 7 сент. 2026 г. в 10:00, Ann Lee <ann@x.example>:", "07.09.2026 10:00, Ann Lee пишет:", "Отправлено с iPhone", "Скачать Outlook для iOS<https://aka.example/o0ukef>", "Отправлено из Почты<https://go.example/fwlink/?LinkId=1> для Windows",
            ["От", "Отправлено", "Кому", "Тема"], "Исходное сообщение", "Исходное сообщение", "7 сентября 2026 г. 10:00", "## Пишите ответ выше этой строки ##", "Данное сообщение содержит конфиденциальную информацию и предназначено только адресату. Если оно получено по ошибке, удалите его."),
        new("ja", "はい、火曜日で大丈夫です。", "書類を持っていきます。", "いつ会いましょうか。", "どこで。", "事務所で。",
            "2026年9月7日(月) 10:00 Ann Lee <ann@x.example>:", "2026/09/07 10:00、Ann Lee <ann@x.example>のメール:", "iPhoneから送信", "Outlook for iOS<https://aka.example/o0ukef> を入手", "Androidから送信<https://go.example/fwlink/?LinkId=1>",
            ["差出人", "送信日時", "宛先", "件名"], "元のメッセージ", "元のメッセージ", "2026年9月7日 10:00", "## この線より上に返信してください ##", "このメールには機密情報が含まれており、宛先の方のみを対象としています。誤って受信された場合は、お手数ですが送信者に連絡のうえ、直ちに削除してくださいますようお願いいたします。"),
    ];

    static readonly (string Name, Func<Phrases, (string Text, string Own)> Write)[] Clients =
    [
        ("Gmail", p => (p.Both + p.Gmail + "\n\n" + p.Quoted, p.Body)),
        ("Gmail on a phone", p => ($"{p.Answer}\n\n{p.Gmail}\n\n{p.Quoted}", p.Answer)),
        ("Apple Mail", p => ($"{p.Both}-- \nBob\n\n{p.Gmail}\n\n{p.Quoted}", p.Body)),
        ("iPhone", p => ($"{p.Answer}\n\n{p.Phone}\n\n> {p.Gmail.Replace("\n", "\n> ", StringComparison.Ordinal)}\n> \n> {p.Question}\n", p.Answer)),
        ("Thunderbird", p => ($"{p.Thunderbird}\n{p.Quoted}\n{p.Body}\n\n-- \nBob Ray\nExample Ltd\n", p.Body)),
        ("Thunderbird, answers between", p => ($"{p.Thunderbird}\n> {p.Question}\n{p.Answer}\n\n> {p.Where}\n{p.Office}\n", $"{p.Answer}\n\n{p.Office}")),
        ("Outlook", p => ($"{p.Both}{p.Block()}\n\n{p.History}", p.Body)),
        ("Outlook on the web", p => ($"{p.Both}________________________________\n{p.Block()}\n\n{p.History}", p.Body)),
        ("Outlook for iOS", p => ($"{p.Answer}\n\n{p.OutlookPhone}\n________________________________\n{p.Block()}\n\n{p.History}", p.Answer)),
        ("Outlook 2003", p => ($"{p.Both}-----{p.Original}-----\n{p.Block()}\n\n{p.History}", p.Body)),
        ("Windows Mail", p => ($"{p.Answer}\n\n{p.Windows}\n\n{p.Block()}\n\n{p.History}", p.Answer)),
        ("Outlook with a disclaimer", p => ($"{p.Both}{p.Disclaimer}\n\n{p.Block()}\n\n{p.History}", p.Body)),
        ("Yahoo Mail", p => ($"{p.Both}    {p.Gmail}  \n \n {p.History}", p.Body)),
        ("Zoho Mail", p => ($"{p.Both}---- On Mon, 07 Sep 2026 10:00:00 +0200 Ann Lee <ann@x.example> wrote ----\n\n{p.History}", p.Body)),
        ("NetEase Mail", p => ($"{p.Both}---- Replied Message ----\n| From | Ann Lee<ann@x.example> |\n| Date | 09/07/2026 10:00 |\n| To | <bob@x.example> |\n| Subject | RE: x |\n{p.History}", p.Body)),
        ("Mail of a phone maker", p => ($"{p.Both}---------- Replied message ----------\nSender: Ann <ann@x.example>\nDate: September 7 2026 10:00\nSubject: RE: x\nReceiver: bob@x.example\n\n{p.History}", p.Body)),
        ("Airmail", p => ($"{p.Both}On Monday, September 7, 2026 at 10:00 AM, Ann Lee <ann@x.example> said:\n\n\n{p.History}", p.Body)),
        ("Samsung Email", p => ($"{p.Answer}\n\n\n-------- {p.OriginalSmall} --------\n{p.Block()}\n\n{p.History}", p.Answer)),
        ("Subject first", p => ($"{p.Both}{p.Labels[3]}: x\n{p.Labels[0]}: ann@x.example\n{p.Labels[2]}: bob@x.example\n{p.Labels[1]}: {p.Date}\n\n{p.History}", p.Body)),
        ("Ticket system", p => ($"{p.Both}{p.ReplyAbove}\n\n{p.History}", p.Body)),
    ];

    public static IReadOnlyList<SyntheticReply> All { get; } =
    [
        .. from language in Languages
           from client in Clients
           let reply = client.Write(language)
           select new SyntheticReply(client.Name, language.Language, reply.Text, reply.Own),
    ];

    sealed record Phrases(
        string Language, string Answer, string More, string Question, string Where, string Office, string Gmail, string Thunderbird, string Phone, string OutlookPhone, string Windows,
        string[] Labels, string Original, string OriginalSmall, string Date, string ReplyAbove, string Disclaimer)
    {
        public string Body => $"{Answer}\n\n{More}";

        public string Both => Body + "\n\n";

        public string Quoted => $"> {Question}\n> {Where}\n";

        public string History => $"{Question}\n{Where}\n";

        public string Block() => $"{Labels[0]}: Ann Lee <ann@x.example>\n{Labels[1]}: {Date}\n{Labels[2]}: Bob Ray\n{Labels[3]}: RE: x";
    }
}
