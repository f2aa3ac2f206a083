namespace AgentPost.Protocol.Sasl;

/// <summary>LOGIN: never standardized; Outlook and old libraries know nothing better. Two questions, two answers.</summary>
sealed class LoginExchange : SaslExchange
{
    // Base64 of "Username:" and "Password:", which some clients compare letter by letter.
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
