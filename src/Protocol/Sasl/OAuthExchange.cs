using System.Text;

namespace AgentPost.Protocol.Sasl;

/// <summary>
/// What OAUTHBEARER and XOAUTH2 have in common: one message with a user name and a bearer token, here a key; a refusal is told in JSON, and the client
/// answers that before the exchange ends.
/// </summary>
/// <param name="refusal">The JSON.</param>
abstract class OAuthExchange(string refusal) : SaslExchange
{
    private protected const byte Separator = 0x01;

    /// <inheritdoc/>
    public override SaslChallenge? Refusal { get; } = new(Convert.ToBase64String(Encoding.ASCII.GetBytes(refusal)));

    private protected override SaslStep Begin() => new SaslChallenge("");

    /// <summary>
    /// *(key "=" value %x01) %x01, of which the value of <c>auth</c> is "Bearer" SP token (RFC 7628 §3.1, RFC 6750 §2.1). False when that is not there.
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
