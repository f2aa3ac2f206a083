using System.Text.RegularExpressions;

namespace AgentPost.Mime.Text;

/// <summary>
/// Recognizes confidentiality notices that companies append to every message, by how they start and by a word for
/// "confidential". Only searched at the end of the author's text.
/// </summary>
static partial class Disclaimer
{
    const int MinChars = 60;
    const int MaxChars = 4000;

    /// <summary>
    /// Marks the last paragraphs of the author's text as signature if they are confidentiality notices.
    /// </summary>
    public static void Mark(string[] lines, ReplyLineKind[] kinds)
    {
        var end = lines.Length;
        while (end > 0)
        {
            var last = end - 1;
            if (kinds[last] != ReplyLineKind.Own)
            {
                end--;
                continue;
            }
            var start = last;
            while (start > 0 && kinds[start - 1] == ReplyLineKind.Own)
            {
                start--;
            }
            // Only the last paragraphs count, and some of the author's text must remain above them.
            if (!Is(lines.AsSpan(start..end)) || !kinds.AsSpan(0, start).Contains(ReplyLineKind.Own))
            {
                return;
            }
            kinds.AsSpan(start..end).Fill(ReplyLineKind.Signature);
            end = start;
        }
    }

    static bool Is(ReadOnlySpan<string> paragraph)
    {
        var length = 0;
        foreach (var line in paragraph)
        {
            length += line.Length + 1;
        }
        if (length is < MinChars or > MaxChars)
        {
            return false;
        }
        var text = string.Join(' ', paragraph.ToArray()).Trim(' ', '*', '_', '-', '>', '\u00A0');
        return Beginning().IsMatch(text) && Confidential().IsMatch(text);
    }

    [GeneratedRegex(
        @"^(?:(?:confidentiality|legal|privacy) (?:notice|note)|disclaimer|"
        + @"(?:the information|the contents?) (?:in|of|contained in) this|"
        + @"this (?:e-?mail|message|communication|transmission)|diese (?:e-?mail|nachricht)|der inhalt dieser|"
        + @"(?:avis de )?confidentialit|ce (?:message|courriel|courrier)|cet? e-?mail|(?:aviso|nota) legal|"
        + @"este (?:mensaje|correo|e-?mail)|aviso de confiden|esta mensagem|este e-?mail|"
        + @"(?:questo|il presente) (?:messaggio|documento|e-?mail)|le informazioni contenute|"
        + @"(?:dit|de inhoud van dit) (?:e-?mail)?bericht|deze e-?mail|det(?:ta|te) (?:e-?post|meddelande|e-?mail)?|"
        + @"denn[ae] (?:e-?mail|e-?post|mail)|(?:treść|ta|niniejsza) (?:tej |niniejszej )?wiadomoś|tato zpráva|"
        + @"данное (?:сообщение|письмо)|(?:это|настоящее) (?:сообщение|письмо|электронное)|このメール|本メール|本電子メール|本邮件|"
        + @"此邮件|本郵件|이 (?:메일|이메일))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();

    [GeneratedRegex(
        "confidential|privileged|intended (?:only |solely )?for|vertraulich|confidenti|confidencia|riservat|"
        + "vertrouwelijk|konfidentiel|fortrolig|poufn|důvěrn|конфиденциальн|機密|秘密|保密|机密|기밀",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Confidential();
}
