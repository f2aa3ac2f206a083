using AgentPost.Protocol.Sasl;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>AUTH (RFC 4954 §4).</summary>
/// <param name="InitialResponse">The initial response in base64, as the client sent it. Null if there was none.</param>
sealed record AuthCommand(SaslExchange Exchange, byte[]? InitialResponse) : SmtpCommand
{
    // auth-command = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response] CRLF
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        var mechanism = arguments.TakeWord();
        if (mechanism.IsEmpty)
        {
            return new Reply(501, "5.5.4", "AUTH requires a mechanism");
        }
        if (SaslMechanisms.Create(mechanism) is not { } exchange)
        {
            var names = string.Join(", ", SaslMechanisms.Names);
            return new Reply(504, "5.5.4", $"Unsupported mechanism; use one of {names}");
        }
        return new AuthCommand(exchange, arguments.TryTake((byte)' ') ? arguments.Rest.ToArray() : null);
    }
}
