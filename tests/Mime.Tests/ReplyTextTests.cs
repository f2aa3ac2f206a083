using System.Diagnostics;
using AgentPost.Mime.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>The writer's own text of replies as mail programs write them.</summary>
sealed class ReplyTextTests
{
    // How mail programs announce a quote, in each language that is listed.
    static readonly string[] Attributions =
    [
        "On Mon, Jan 1, 2024 at 10:00 AM John Doe <john@x.example> wrote:",
        "On Mon, Jan 1, 2024 at 10:00 AM John Doe <john@x.example>\nwrote:",
        "On Monday, January 1, 2024 at 10:00:00 AM GMT+1, a person with a very long\nname and so on <john.with.a.long.address@subdomain.x.example>\nwrote:",
        "On 01/01/2024 10:00, John Doe wrote:",
        "On Jan 1, 2024, at 10:00 AM, John Doe <john@x.example> wrote:",
        "---- On Mon, 01 Jan 2024 10:00:00 +0100 John Doe <john@x.example> wrote ----",
        "2024-01-01 10:00 GMT+01:00 John Doe <john@x.example>:",
        "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb John Doe <john@x.example>:",
        "Am 01.01.24 um 10:00 schrieb John Doe:",
        "Am 01.01.2024 um 10:00 schrieb John Doe <john@x.example\n>:",
        "Le lun. 1 janv. 2024 à 10:00, John Doe <john@x.example> a écrit :",
        "Le 01/01/2024 à 10:00, John Doe a écrit\u00A0:",
        "El lun, 1 ene 2024 a las 10:00, John Doe (<john@x.example>) escribió:",
        "El 1/1/24 a las 10:00, John Doe escribió:",
        "Em seg., 1 de jan. de 2024 às 10:00, John Doe <john@x.example>\nescreveu:",
        "John Doe <john@x.example> escreveu (segunda, 1/01/2024 à(s) 10:00):",
        "Il giorno lun 1 gen 2024 alle ore 10:00 John Doe <john@x.example> ha scritto:",
        "Il 01/01/2024 10:00, John Doe ha scritto:",
        "Op ma 1 jan. 2024 om 10:00 schreef John Doe <john@x.example>:",
        "Op 1 jan. 2024, om 10:00 heeft John Doe <john@x.example> het volgende geschreven:",
        "pon., 1 sty 2024 o 10:00 John Doe <john@x.example> napisał(a):",
        "W dniu 01.01.2024 o 10:00, John Doe pisze:",
        "Den mån 1 jan. 2024 kl 10:00 skrev John Doe <john@x.example>:",
        "1 jan. 2024 kl. 10:00 skrev John Doe <john@x.example>:",
        "Den man. 1. jan. 2024 kl. 10.00 skrev John Doe <john@x.example>:",
        "man. 1. jan. 2024 kl. 10:00 skrev John Doe <john@x.example>:",
        "ma 1. tammik. 2024 klo 10.00 John Doe (john@x.example) kirjoitti:",
        "пн, 1 янв. 2024 г. в 10:00, John Doe <john@x.example>:",
        "01.01.2024 10:00, John Doe пишет:",
        "1 января 2024 г., в 10:00, John Doe <john@x.example> написал(а):",
        "2024年1月1日(月) 10:00 John Doe <john@x.example>:",
        "2024/01/01 10:00、John Doe <john@x.example>のメール:",
        "John Doe <john@x.example> 于2024年1月1日周一 10:00写道：",
        "在 2024年1月1日，10:00，John Doe <john@x.example> 写道：",
        "John Doe <john@x.example> 於 2024年1月1日 週一 上午10:00寫道：",
    ];

    static readonly string[] OutlookBlocks =
    [
        "From: John Doe <john@x.example>\nSent: Monday, January 1, 2024 10:00 AM\nTo: Ann\nSubject: RE: Offer",
        "*From:* John Doe <john@x.example>\n*Date:* Monday, January 1, 2024\n*To:* Ann\n*Subject:* Offer",
        "________________________________\nFrom: John Doe\n\nSent: Monday, January 1, 2024 10:00 AM\n\nTo: Ann\n\nSubject: Offer",
        "Von: John Doe\nGesendet: Montag, 1. Januar 2024 10:00\nAn: Ann\nBetreff: AW: Angebot",
        "De : John Doe\nEnvoyé : lundi 1 janvier 2024 10:00\nÀ : Ann\nObjet : RE: Offre",
        "De: John Doe\nEnviado el: lunes, 1 de enero de 2024 10:00\nPara: Ann\nAsunto: RE: Oferta",
        "De: John Doe\nEnviada em: segunda-feira, 1 de janeiro de 2024 10:00\nPara: Ann\nAssunto: RES: Oferta",
        "Da: John Doe\nInviato: lunedì 1 gennaio 2024 10:00\nA: Ann\nOggetto: R: Offerta",
        "Van: John Doe\nVerzonden: maandag 1 januari 2024 10:00\nAan: Ann\nOnderwerp: RE: Aanbod",
        "Od: John Doe\nWysłano: poniedziałek, 1 stycznia 2024 10:00\nDo: Ann\nTemat: RE: Oferta",
        "Från: John Doe\nSkickat: den 1 januari 2024 10:00\nTill: Ann\nÄmne: SV: Offert",
        "Fra: John Doe\nSendt: 1. januar 2024 10:00\nTil: Ann\nEmne: SV: Tilbud",
        "От: John Doe\nОтправлено: 1 января 2024 г. 10:00\nКому: Ann\nТема: RE: Предложение",
        "差出人: John Doe\n送信日時: 2024年1月1日 10:00\n宛先: Ann\n件名: RE: ご提案",
        "发件人: John Doe\n发送时间: 2024年1月1日 10:00\n收件人: Ann\n主题: 答复: 报价",
        "寄件者：John Doe\n寄件日期：2024年1月1日 10:00\n收件者：Ann\n主旨：RE: 報價",
    ];

    static readonly string[] Originals =
    [
        "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----", "-----Mensaje original-----", "-----Mensagem original-----", "-----Messaggio originale-----",
        "-----Oorspronkelijk bericht-----", "-----Wiadomość oryginalna-----", "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----", "-----Opprinnelig melding-----", "-----Исходное сообщение-----",
        "-----元のメッセージ-----", "-----原始邮件-----", "------------------ 原始邮件 ------------------", "----- Original Message -----",
    ];

    static readonly string[] Forwards =
    [
        "---------- Forwarded message ---------", "-------- Forwarded Message --------", "Begin forwarded message:", "---------- Weitergeleitete Nachricht ---------", "Anfang der weitergeleiteten Nachricht:",
        "---------- Message transféré ---------", "-------- Mensaje reenviado --------", "-------- Mensagem encaminhada --------", "-------- Messaggio inoltrato --------", "-------- Doorgestuurd bericht --------",
    ];

    [Test]
    public void Replies_of_the_corpus()
    {
        var wrong = ReplyCorpus.All.Where(reply => ReplyText.Extract(reply.Text) != reply.Own).ToList();
        var right = ReplyCorpus.All.Count - wrong.Count;
        TestContext.Out.WriteLine($"replies {right}/{ReplyCorpus.All.Count}");
        foreach (var reply in wrong)
        {
            TestContext.Out.WriteLine($"miss {reply.Language} {reply.Client}: {ReplyText.Extract(reply.Text).ReplaceLineEndings("|")}");
        }
        Assert.That(ReplyCorpus.All, Has.Count.EqualTo(200));
        Assert.That((double)right / ReplyCorpus.All.Count, Is.GreaterThanOrEqualTo(0.98));
        // Nothing that the author wrote is ever lost.
        Assert.That(ReplyCorpus.All.Where(reply => reply.Own.Split('\n').Any(line => !ReplyText.Extract(reply.Text).Contains(line, StringComparison.Ordinal))), Is.Empty);
    }

    [TestCaseSource(nameof(Attributions))]
    public void Quote_below_its_announcement_is_left_out(string attribution) =>
        AssertOwn($"Yes, gladly.\n\nSee you\n\n{attribution}\n\n> When?\n>\n> John\n", "Yes, gladly.\n\nSee you");

    [TestCaseSource(nameof(Attributions))]
    public void Announcement_above_an_answer_below_is_left_out(string attribution) =>
        AssertOwn($"{attribution}\n> When?\n> Where?\n\nTomorrow.\n", "Tomorrow.");

    [TestCaseSource(nameof(Attributions))]
    public void History_without_quote_marks_is_left_out(string attribution) =>
        AssertOwn($"Yes.\n\n{attribution}\n\nWhen?\nJohn\n", "Yes.");

    [TestCaseSource(nameof(OutlookBlocks))]
    public void History_below_Outlooks_block_is_left_out(string block) => AssertOwn($"Yes.\nAnn\n\n{block}\n\nWhen?\n\nJohn\n", "Yes.\nAnn");

    [TestCaseSource(nameof(Originals))]
    public void History_below_its_rule_is_left_out(string rule) => AssertOwn($"Yes.\n\n{rule}\nFrom: John\n\nWhen?\n", "Yes.");

    [TestCaseSource(nameof(Forwards))]
    public void What_is_passed_on_is_kept(string rule) =>
        AssertOwn($"Look:\n\n{rule}\nFrom: John\nDate: 1 Jan 2024 10:00\nSubject: x\nTo: Ann\n\n> a\nOn 1 Jan 2024 10:00, John <j@x> wrote:\n> b", $"Look:\n\n{rule}\nFrom: John\nDate: 1 Jan 2024 10:00\nSubject: x\nTo: Ann\n\n> a\nOn 1 Jan 2024 10:00, John <j@x> wrote:\n> b");

    [TestCase("Hello\n\n-- \nAnn\nHead of X\n", "Hello", TestName = "Signature")]
    [TestCase("Hello\n--\nAnn", "Hello", TestName = "Signature_whose_blank_was_lost")]
    [TestCase("Hello\n\n-- \nAnn\n\nOn 1 Jan 2024 10:00, John <j@x> wrote:\n> a\n\nPS: b", "Hello\n\nPS: b", TestName = "Signature_ends_where_the_quote_begins")]
    [TestCase("a\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13", "a\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13", TestName = "Rule_above_a_long_text_is_no_signature")]
    [TestCase("Hello\n\nSent from my iPhone\n\nOn 1 Jan 2024 10:00, John <j@x> wrote:\n> a", "Hello", TestName = "Telephones_line")]
    [TestCase("Hallo\n\nVon meinem iPhone gesendet", "Hallo", TestName = "Telephones_line_in_German")]
    [TestCase("Sent from my house, this letter says:\nhello", "Sent from my house, this letter says:\nhello", TestName = "Telephones_line_within_text")]
    [TestCase("> When?\n\nTomorrow.\n\n> Where?\n\nHere.", "Tomorrow.\n\nHere.", TestName = "Answers_between_quotes")]
    [TestCase("On 1 Jan 2024 10:00, John <j@x> wrote:\n> When?\nTomorrow.\n> Where?\nHere.\n\n-- \nAnn\n> end", "Tomorrow.\n\nHere.", TestName = "Answers_directly_between_quotes")]
    [TestCase(">> a\n> b\nc", "c", TestName = "Nested_quotes")]
    [TestCase("  > a\nc", "c", TestName = "Indented_quote")]
    [TestCase("John wrote:\n> a\nb", "b", TestName = "Announcement_without_date")]
    [TestCase("As I wrote:\nThis is mine.", "As I wrote:\nThis is mine.", TestName = "Announcement_of_what_is_not_quoted")]
    [TestCase("In 2019 John wrote:\nThis is mine.", "In 2019 John wrote:\nThis is mine.", TestName = "Announcement_with_a_year_alone")]
    [TestCase("We meet on 1 Jan 2024 at 10:00:\nroom 7", "We meet on 1 Jan 2024 at 10:00:\nroom 7", TestName = "Date_before_a_colon")]
    [TestCase("On 1 Jan 2024 at 10:00 we meet with a@b.example:\nroom 7", "On 1 Jan 2024 at 10:00 we meet with a@b.example:\nroom 7", TestName = "Date_and_address_before_a_colon")]
    [TestCase("Thanks.\nTüm 1 Oca 2024 Pzt 10:00 tarihinde John <john@x.example> şunu yazdı:\n> a", "Thanks.", TestName = "Announcement_in_a_language_that_is_not_listed")]
    [TestCase("From: here\nTo: there\nwe go", "From: here\nTo: there\nwe go", TestName = "Labels_that_are_no_block")]
    [TestCase("Note: x\nFrom: a\nrest\n\n\n\n\n\n\n\n\n\nTo: b\nSubject: c", "Note: x\nFrom: a\nrest\n\nTo: b\nSubject: c", TestName = "Labels_far_apart")]
    [TestCase("> a\n> b", "> a\n> b", TestName = "Nothing_but_quotes_is_kept")]
    [TestCase("From: John\nSent: 1 Jan 2024\nTo: Ann\nSubject: x\n\nText", "From: John\nSent: 1 Jan 2024\nTo: Ann\nSubject: x\n\nText", TestName = "Nothing_but_history_is_kept")]
    [TestCase("Yes.\n\n| From | Ann<ann@x.example> |\n| Date | 08/08/2025 17:07 |\n| To | <b@x.example> |\n| Subject | x |\n\nShall I?", "Yes.", TestName = "Rows_of_a_table")]
    [TestCase("Yes.\n\n———— Replied message ————\n\nShall I?", "Yes.", TestName = "Rule_of_long_dashes")]
    [TestCase("Yes.\n\n---\nDate: 1 Jan 2024\nFrom: bob@x.example\nTo: ann@x.example\n\nWhen?", "Yes.\n\n---", TestName = "Block_that_begins_with_Date")]
    [TestCase("Yes.\n\nTo: ann@x.example\nCc: c@x.example\nSubject:\nOffer\nFrom:\nbob@x.example\n\nWhen?", "Yes.", TestName = "Values_on_the_lines_below")]
    [TestCase("Subject: what we talked about\n\nIs it done?", "Subject: what we talked about\n\nIs it done?", TestName = "One_label_of_the_author")]
    [TestCase("My trip:\nDate: Monday\nTo: Berlin\nFrom: Paris", "My trip:\nDate: Monday\nTo: Berlin\nFrom: Paris", TestName = "Labels_without_an_address")]
    [TestCase("Yes, fine.\n\nOn Thursday, October 1, 2026 at 10:00 AM, Ann said:\n\n\nWhen shall we meet?", "Yes, fine.", TestName = "Said")]
    [TestCase("On Friday we met, and Bob said:\n- one\n- two", "On Friday we met, and Bob said:\n- one\n- two", TestName = "Said_by_the_author")]
    [TestCase("It works.\n\nGet [Outlook for iOS](https://example.com/x)", "It works.", TestName = "Link_in_brackets")]
    [TestCase("It works.\n\nSent from [Mail](https://example.com/x) for Windows\n\n-- \nAnn", "It works.", TestName = "Link_and_signature")]
    [TestCase("Yes.\n\n=== WRITE ABOVE THIS LINE ===\n\nYour request was updated.", "Yes.", TestName = "Write_above")]
    [TestCase("-- reply above this line --\n\nYour request was updated.", "-- reply above this line --\n\nYour request was updated.", TestName = "Mail_of_a_ticket_system_itself")]
    [TestCase("I cannot reply above this line of the form, because the form has no field for it and the button is grey.", "I cannot reply above this line of the form, because the form has no field for it and the button is grey.", TestName = "Sentence_about_a_line")]
    [TestCase("This message is confidential, I am afraid, so please do not show it to anybody else.", "This message is confidential, I am afraid, so please do not show it to anybody else.", TestName = "Nothing_but_a_disclaimer_is_kept")]
    [TestCase("This e-mail is confidential and meant for Bob alone, please keep it so.\n\nNow the news.", "This e-mail is confidential and meant for Bob alone, please keep it so.\n\nNow the news.", TestName = "Disclaimer_above_text_is_kept")]
    [TestCase("", "", TestName = "Nothing")]
    [TestCase("\r\n \r\n", "", TestName = "Nothing_but_blanks")]
    [TestCase("a\r\nb\rc  \n\n\n\nd", "a\nb\nc\n\nd", TestName = "Line_ends_and_empty_lines")]
    public void Own_text(string text, string own) => AssertOwn(text, own);

    [TestCase("a:\n")]
    [TestCase("On 1 Jan 2024 10:00 John wrote:\n")]
    [TestCase("wrote wrote wrote wrote wrote wrote wrote wrote wrote wrote:\n")]
    [TestCase("--\n")]
    [TestCase("-- \na\n")]
    [TestCase("From: a\n")]
    [TestCase("> a\nb\n")]
    [TestCase("a:\n\n\n")]
    [TestCase("\n")]
    [TestCase("-")]
    [TestCase(">")]
    [TestCase("Sent from my x\n")]
    [TestCase("---- a ----\n")]
    [TestCase("Date: a\n")]
    [TestCase("| From | a |\n")]
    [TestCase("Sent from my <https://x>")]
    [TestCase("This message is confidential\n\n")]
    [TestCase("This e-mail is confidential and meant for Bob alone, please keep it so.\n\n")]
    public void Time_is_linear(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, (1 << 20) / repeated.Length));
        var watch = Stopwatch.StartNew();
        ReplyText.Extract("own\n" + text);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 60)]
    public Property Own_lines_are_lines_of_the_text()
    {
        string[] lines = ["a", "b:", "", " ", "> q", "-- ", "--", "-----Original Message-----", "Begin forwarded message:", .. Attributions, .. OutlookBlocks, "From: x", "To: y", "Sent from my iPhone", ":", "：", "-", "\u00A0", "1:00:", "wrote:", "@:"];
        return Prop.ForAll(Gen.Elements(lines).ArrayOf().Select(l => string.Join('\n', l)).ToArbitrary(), text =>
        {
            var all = text.Split('\n').Select(l => l.TrimEnd()).ToHashSet();
            var own = ReplyText.Extract(text);
            return own.Split('\n').All(line => line.Length == 0 || all.Contains(line.TrimEnd())) && own.Length > 0 == text.Trim().Length > 0;
        });
    }

    static void AssertOwn(string text, string own) => Assert.That(ReplyText.Extract(text), Is.EqualTo(own));
}
