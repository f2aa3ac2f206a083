using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Html;

namespace AgentPost.Mime.Findings;

/// <summary>Finds the links in the text of a message. Linear in the text.</summary>
public static partial class MessageLinks
{
    const int MaxFound = 50;

    // The sender decides how long the message is.
    const int MaxText = 100_000;
    const int MaxHtml = 500_000;
    const int MaxShownText = 200;

    // Characters that end a sentence or a quotation around a link. A closing bracket ends it unless the link has the
    // opening one.
    const string Trailing = ".,;:!?'*`|";
    const string Closing = ")]}";
    const string Opening = "([{";

    /// <summary>
    /// Returns the links without repetition: first those that confirm, log in or open something; last those in the
    /// sender's interest (unsubscribe, terms, help); otherwise in the order of the message.
    /// </summary>
    /// <param name="html">Null if the message has none.</param>
    public static IReadOnlyList<MessageLink> Find(string text, string? html)
    {
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        var urls = Web().Matches(Head(text, MaxText)).Select(match => WithoutEnd(match.Value)).ToList();
        foreach (var link in InHtml(html))
        {
            urls.Add(link.Address);
            shown.TryAdd(link.Address, link.Text);
        }
        return
        [
            .. urls.Distinct(StringComparer.Ordinal).Select(url => Shown(url, shown.GetValueOrDefault(url)))
                .OrderBy(link => Rank(link)).Take(MaxFound),
        ];
    }

    static string Head(string text, int most) => text.Length <= most ? text : text[..most];

    static List<HtmlLinkText> InHtml(string? html)
    {
        var links = new List<HtmlLinkText>();
        if (html is null)
        {
            return links;
        }
        var reader = new HtmlText(new StringBuilder(), HtmlDetail.Words, links);
        reader.Write(Head(html, MaxHtml));
        reader.Complete();
        return links;
    }

    static MessageLink Shown(string url, string? text)
    {
        text = text is null || Bare(text) == Bare(url) ? null : WholeCharacters.Cut(DisplayText.Clean(text), MaxShownText);
        return new(url, string.IsNullOrWhiteSpace(text) ? null : text, text is not null && IsMisleading(url, text));
    }

    static string Bare(string address) => Scheme().Replace(address.Trim(), "").TrimEnd('/');

    static bool IsMisleading(string url, string text) =>
        ShownHost().Match(text) is { Success: true } shown && Uri.TryCreate(url, UriKind.Absolute, out var target)
        && !DomainOf(shown.Groups["host"].Value).Equals(DomainOf(target.IdnHost), StringComparison.OrdinalIgnoreCase);

    // The registered domain of a host name: two labels, or three under a suffix such as co.uk.
    static string DomainOf(string host)
    {
        var labels = host.TrimEnd('.').Split('.');
        var count = labels is [.., _, { Length: <= 3 }, { Length: 2 }] ? 3 : 2;
        return string.Join('.', labels.TakeLast(count));
    }

    static int Rank(MessageLink link) =>
        Minor().IsMatch(link.Text ?? "") || Minor().IsMatch(PathOf(link.Url)) ? 3
        : Action().IsMatch(link.Text ?? "") ? 0
        : Action().IsMatch(PathOf(link.Url)) ? 1
        : 2;

    static string PathOf(string url) => url.IndexOf('/', Math.Min(8, url.Length)) is >= 0 and var slash ? url[slash..] : "";

    // For example "(see https://example.org/a_(b))." One count per bracket keeps it linear.
    static string WithoutEnd(string url)
    {
        Span<int> open = stackalloc int[Closing.Length];
        foreach (var c in url)
        {
            open[Math.Max(0, Opening.IndexOf(c, StringComparison.Ordinal))] += Opening.Contains(c, StringComparison.Ordinal) ? 1 : 0;
            open[Math.Max(0, Closing.IndexOf(c, StringComparison.Ordinal))] -= Closing.Contains(c, StringComparison.Ordinal) ? 1 : 0;
        }
        var length = url.Length;
        while (length > 0)
        {
            var bracket = Closing.IndexOf(url[length - 1], StringComparison.Ordinal);
            if (bracket >= 0 && open[bracket] < 0)
            {
                open[bracket]++;
            }
            else if (!Trailing.Contains(url[length - 1], StringComparison.Ordinal))
            {
                break;
            }
            length--;
        }
        return url[..length];
    }

    // URLs do not contain punctuation of other scripts, but they contain letters of other scripts.
    [GeneratedRegex("""https?://[^\s<>"\uFFFC。，、！？；：）（」「』『】【》《”“’‘„«»]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Web();

    [GeneratedRegex("^https?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^\s*(?:https?://)?(?:[^\s/@]{1,64}@)?(?<host>(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?=$|[/:?#\s])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShownHost();

    [GeneratedRegex(
        "verif|confirm|activat|log-?in|sign-?in|magic|token|reset|\\bauth|invit|accept|otp|bestätig|anmeld|"
        + "aktivier|zurücksetzen|connex|connect|réinitial|vérif|inici|confirma|verifica|acced|acess|entrar|accedi|"
        + "attiva|bevestig|inlog|activeer|bekräft|logga|bekræft|bekreft|logg|vahvist|kirjaudu|potwierd|zaloguj|"
        + "aktywuj|potvr|přihlás|ověř|confirmă|autentific|megerősít|belép|bejelent|doğrula|giriş|onayla|подтвер|"
        + "войти|вход|активир|підтвер|увійти|επιβεβαί|σύνδεση|確認|認証|ログイン|登録|验证|驗證|登录|登入|激活|确认|인증|확인|로그인|تأكيد|"
        + "تسجيل|التحقق|אימות|כניסה|אישור|सत्याप|लॉग|xác|đăng nhập|ยืนยัน|เข้าสู่|verifikasi|masuk|konfirmasi",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Action();

    [GeneratedRegex(
        "unsubscri|opt-?out|preferenc|privacy|\\bterms|imprint|impressum|datenschutz|abmelde|abbestell|désabonn|"
        + "désinscri|confidentialit|cancelar (?:la )?(?:suscripción|inscrição)|privacidad|cancella|disiscri|"
        + "afmelden|uitschrijven|avregistrera|afmeld|wypisz|odhlásit|dezabon|leiratkoz|abonelikten|отписа|відписа|"
        + "διαγραφή|配信停止|退订|退訂|수신거부|إلغاء|הסרה|hủy đăng ký|berhenti|\\bhelp\\b|support|faq|view[ -]?in[ -]?browser|"
        + "webversion|facebook\\.|twitter\\.|instagram\\.|linkedin\\.|report[ -]?abuse|not[ -]?me|app-store|"
        + "play\\.google",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Minor();
}
