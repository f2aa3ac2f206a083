namespace AgentPost.Protocol.Imap.Client;

/// <summary>quoted = DQUOTE *QUOTED-CHAR DQUOTE (RFC 3501 §9)</summary>
static class QuotedString
{
    public static bool Fits(string text) => text.All(c => c is >= ' ' and <= '~');

    public static string Of(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
