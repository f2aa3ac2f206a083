namespace AgentPost.Protocol.Sasl;

/// <summary>XOAUTH2: Google's predecessor of OAUTHBEARER, supported by more clients.</summary>
sealed class XOAuth2Exchange() : OAuthExchange("""{"status":"401","schemes":"bearer","scope":"messages:read messages:write"}""")
{
    // "user=" name %x01 "auth=Bearer " token %x01 %x01
    private protected override SaslStep Accept(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf(Separator);
        return end > "user=".Length
            && response.StartsWith("user="u8)
            && TryDecodeText(response["user=".Length..end], out var userName)
            && TryReadToken(response[end..], out var token)
                ? new SaslCredentials(userName, token)
                : new SaslFailure(SaslFault.Malformed);
    }
}
