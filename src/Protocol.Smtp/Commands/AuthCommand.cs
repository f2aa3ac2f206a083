using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>AUTH (RFC 4954 §4): user name = inbox address, password = key.</summary>
/// <param name="InitialResponse">As written, still base64; null when there was none.</param>
sealed record AuthCommand(SaslExchange Exchange, byte[]? InitialResponse) : GreetedCommand
{
    static readonly Reply Wrong = new(535, "5.7.8", "Authentication failed: the user name is an inbox address, the password a key for it");

    static readonly Reply Aborted = new(501, "5.7.0", "Authentication aborted");

    // auth-command = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response] CRLF
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        var mechanism = arguments.TakeWord();
        if (mechanism.IsEmpty)
        {
            return new Reply(501, "5.5.4", "AUTH wants a mechanism");
        }
        if (SaslMechanisms.Create(mechanism) is not { } exchange)
        {
            return new Reply(504, "5.5.4", $"This mechanism is not offered; use one of {string.Join(", ", SaslMechanisms.Names)}");
        }
        return new AuthCommand(exchange, arguments.TryTake((byte)' ') ? arguments.Rest.ToArray() : null);
    }

    public override async ValueTask<Reply> ExecuteAsync(SessionContext context, Greeted state, CancellationToken cancellation)
    {
        if (!context.Connection.IsEncrypted)
        {
            return new(538, "5.7.11", "Authentication is offered under TLS only; say STARTTLS first");
        }
        var step = InitialResponse is null ? Exchange.Start() : Exchange.Start(InitialResponse);
        return await AnswerAsync(step, context, state, cancellation);
    }

    async ValueTask<Reply> AnswerAsync(SaslStep step, SessionContext context, Greeted state, CancellationToken cancellation) => step switch
    {
        SaslChallenge challenge => new(334, null, challenge.Base64)
        {
            Then = new Response((line, token) => AnswerAsync(Exchange.Continue(line.Span), context, state, token)),
        },
        SaslCredentials credentials => Refused(await LogInAsync(credentials, context, state, cancellation)),
        SaslFailure { Fault: SaslFault.Aborted } => Aborted,
        SaslFailure { Fault: SaslFault.AuthorizationIdentityRefused } => new(535, "5.7.8", "A key acts for its own inboxes only"),
        _ => new(501, "5.5.2", "This is not an answer in base64 that the mechanism knows"),
    };

    /// <summary>A refusal that the mechanism has words for is told in those first.</summary>
    Reply Refused(Reply reply) => reply.Code != Wrong.Code || Exchange.Refusal is not { } refusal ? reply : new(334, null, refusal.Base64)
    {
        Then = new Response((line, _) => new(line.Span.SequenceEqual("*"u8) ? Aborted : reply)),
    };

    static async Task<Reply> LogInAsync(SaslCredentials credentials, SessionContext context, Greeted state, CancellationToken cancellation)
    {
        var (services, connection) = (context.Services, context.Connection);
        if (await services.Store.Accounts.AuthenticateAsync(credentials.UserName, credentials.Secret, cancellation) is not { } login)
        {
            Log.LoginRefused(services.Logger, connection.RemoteAddress, connection.ConnectionId);
            if (context.Admission is { } admission && await admission.DelayWrongLoginAsync(connection.Aborted) is DelayEnd.GivenUp)
            {
                connection.Abort("Too many failed logins of the address wait for their reply");
            }
            return Wrong;
        }
        if (!login.May(Scope.MessagesWrite))
        {
            return new(535, "5.7.8", $"The key {login.Key.Id} needs the scope {Scope.MessagesWrite} to send mail");
        }
        context.LogIn(state, login);
        Log.LoggedIn(services.Logger, login.Inbox.Address.Value, login.Key.Id.ToString(), connection.RemoteAddress, connection.ConnectionId);
        return new(235, "2.7.0", $"Logged in as {login.Inbox.Address}");
    }

    /// <summary>The client's answer to a challenge.</summary>
    sealed class Response(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Reply>> answer) : IContinuation
    {
        public async Task<Reply> ContinueAsync(SessionContext context, CancellationToken cancellation)
        {
            var line = await context.Lines.ReadAsync(cancellation);
            switch (line.Outcome)
            {
                case LineOutcome.Line:
                    context.Trace.ClientSecret("");
                    return await answer(line.Octets, cancellation);
                case LineOutcome.TooLong:
                    return new(500, "5.5.6", "Authentication exchange line is too long");
                case LineOutcome.Canceled:
                    return Goodbye.For(context.Connection.EndRequested ?? EndReason.Shutdown);
                default:
                    throw new IOException("The client left in the middle of AUTH.");
            }
        }
    }
}
