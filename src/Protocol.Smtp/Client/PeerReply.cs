using System.Globalization;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>A reply from a remote server.</summary>
/// <param name="Status">
/// Enhanced status code (RFC 2034, RFC 3463), such as <c>5.1.1</c>. Null if the reply has none that matches its code.
/// </param>
/// <param name="Lines">
/// The text of each line after the code, in printable characters, including the enhanced status code.
/// </param>
public sealed record PeerReply(int Code, string? Status, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>
    /// The enhanced status code, or, if there is none, the generic one of the reply's class, such as <c>5.0.0</c>.
    /// </summary>
    public string StatusOrClass => Status ?? string.Create(CultureInfo.InvariantCulture, $"{Code / 100}.0.0");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {string.Join(' ', Lines)}").TrimEnd();

    // status-code = class "." subject "." detail; class = "2" / "4" / "5"; subject and detail = 1*3DIGIT (RFC 3463 §2)
    internal static string? StatusOf(int code, string text)
    {
        var word = text.Split(' ', 2)[0];
        return word.Split('.') is [[var kind], { Length: >= 1 and <= 3 } subject, { Length: >= 1 and <= 3 } detail]
            && kind is '2' or '4' or '5' && kind - '0' == code / 100
            && subject.All(char.IsAsciiDigit) && detail.All(char.IsAsciiDigit)
            ? word
            : null;
    }
}
