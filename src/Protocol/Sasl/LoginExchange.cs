namespace AgentPost.Protocol.Sasl;

/// <summary>
/// LOGIN: never standardized, but the best mechanism of Outlook and old libraries. Two challenges, two responses.
/// </summary>
sealed class LoginExchange : SaslExchange
{
    // Base64 of "Username:" and "Password:". Some clients compare the text exactly.
    const string UserNameQuestion = "VXNlcm5hbWU6";
    const string PasswordQuestion = "UGFzc3dvcmQ6";

    string? _userName;

    private protected override SaslStep Begin() => new SaslChallenge(UserNameQuestion);

    private protected override SaslStep Accept(ReadOnlySpan<byte> response)
    {
        if (!TryDecodeText(response, out var text) || text.Length == 0)
        {
            return new SaslFailure(SaslFault.Malformed);
        }
        if (_userName is { } userName)
        {
            return new SaslCredentials(userName, text);
        }
        _userName = text;
        return new SaslChallenge(PasswordQuestion);
    }
}
