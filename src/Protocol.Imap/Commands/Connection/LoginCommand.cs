using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>LOGIN (RFC 9051 §6.2.3).</summary>
sealed record LoginCommand(string UserName, string Secret) : NotAuthenticatedCommand
{
    // login = "LOGIN" SP userid SP password; userid = astring; password = astring
    public static LoginCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var userName = parser.AString();
        parser.Sp();
        var secret = parser.AString();
        parser.End();
        return new(userName, secret);
    }

    public override ValueTask<Completion> ExecuteAsync(NotAuthenticatedContext context, CancellationToken cancellation) =>
        context.LogInAsync(UserName, Secret, cancellation);

    /// <summary>Omits the secret, which the default text of a record would write to logs.</summary>
    public override string ToString() => $"{nameof(LoginCommand)} {{ UserName = {UserName} }}";
}
