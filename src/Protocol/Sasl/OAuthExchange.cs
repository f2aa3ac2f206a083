using System.Text;

namespace AgentPost.Protocol.Sasl;

/// <summary>
/// Common part of OAUTHBEARER and XOAUTH2. The client sends one message with a user name and a bearer token, here an
/// API key. A rejection is sent as JSON, and the client responds to it before the exchange ends.
/// </summary>
/// <param name="refusal">The JSON that explains a rejection.</param>
abstract class OAuthExchange(string refusal) : SaslExchange
{
    private protected const byte Separator = 0x01;

    /// <inheritdoc/>
    public override SaslChallenge? Refusal { get; } = new(Convert.ToBase64String(Encoding.ASCII.GetBytes(refusal)));

    private protected override SaslStep Begin() => new SaslChallenge("");

    /// <summary>
    /// Reads *(key "=" value %x01) %x01, where the value of <c>auth</c> is "Bearer" SP token (RFC 7628 §3.1, RFC 6750
    /// §2.1). Returns false if there is no valid token.
    /// </summary>
    private protected static bool TryReadToken(ReadOnlySpan<byte> pairs, out string token)
    {
        token = "";
        if (pairs is not [.., Separator, Separator])
        {
            return false;
        }
        foreach (var range in pairs[..^2].Split(Separator))
        {
            var pair = pairs[range];
            var scheme = pair.StartsWith("auth="u8) ? pair["auth=".Length..] : default;
            if (scheme.Length > "Bearer ".Length && Ascii.EqualsIgnoreCase(scheme[.."Bearer ".Length], "Bearer "u8))
            {
                return TryDecodeText(scheme["Bearer ".Length..].Trim((byte)' '), out token) && token.Length > 0;
            }
        }
        return false;
    }
}
