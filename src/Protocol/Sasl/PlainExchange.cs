namespace AgentPost.Protocol.Sasl;

/// <summary>PLAIN (RFC 4616).</summary>
sealed class PlainExchange : SaslExchange
{
    private protected override SaslStep Begin() => new SaslChallenge("");

    // message = [authzid] NUL authcid NUL passwd
    private protected override SaslStep Accept(ReadOnlySpan<byte> response)
    {
        var first = response.IndexOf((byte)0);
        var second = first < 0 ? -1 : response[(first + 1)..].IndexOf((byte)0) + first + 1;
        if (first < 0 || second <= first + 1
            || !TryDecodeText(response[..first], out var authorizationIdentity)
            || !TryDecodeText(response[(first + 1)..second], out var userName)
            || !TryDecodeText(response[(second + 1)..], out var secret)
            || secret.Length == 0)
        {
            return new SaslFailure(SaslFault.Malformed);
        }
        return authorizationIdentity.Length == 0 || string.Equals(authorizationIdentity, userName, StringComparison.OrdinalIgnoreCase)
            ? new SaslCredentials(userName, secret)
            : new SaslFailure(SaslFault.AuthorizationIdentityRefused);
    }
}
