using System.Text.RegularExpressions;

namespace AgentPost.Protocol.Sasl;

/// <summary>OAUTHBEARER (RFC 7628): the authorization identity is the user name.</summary>
sealed partial class OAuthBearerExchange() : OAuthExchange("""{"status":"invalid_token","scope":"messages:read messages:write"}""")
{
    // client-resp = gs2-header %x01 *kvpair %x01; gs2-header = ("n" / "y") "," ["a=" authzid] ","
    private protected override SaslStep Accept(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf(Separator);
        if (end < 0 || !TryDecodeText(response[..end], out var header) || !TryReadToken(response[end..], out var token))
        {
            return new SaslFailure(SaslFault.Malformed);
        }
        // Channel binding ("p=") would be a different mechanism.
        return Gs2Header().Match(header) is { Success: true } match
            ? new SaslCredentials(Unescape(match.Groups["name"].Value), token)
            : new SaslFailure(SaslFault.Malformed);
    }

    static string Unescape(string name) =>
        name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    // saslname = 1*(value-safe-char / "=2C" / "=3D") (RFC 5801 §4)
    [GeneratedRegex("^[ny],(a=(?<name>([^=,]|=2C|=3D)+))?,\\z")]
    private static partial Regex Gs2Header();
}
