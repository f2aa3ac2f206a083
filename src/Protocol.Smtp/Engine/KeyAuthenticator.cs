using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Sasl;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using SmtpServer;
using SmtpServer.Authentication;
using AuthCommand = AgentPost.Protocol.Smtp.Commands.AuthCommand;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// Runs the SASL exchange of AUTH (RFC 4954 §4) and logs in. The user name is an inbox address, the password an API
/// key.
/// </summary>
sealed class KeyAuthenticator : IUserAuthenticator
{
    static readonly Reply Wrong = new(
        535,
        "5.7.8",
        "Authentication failed: the user name is an inbox address, the password an API key with access to it");

    static readonly Reply Aborted = new(501, "5.7.0", "Authentication aborted");

    /// <summary>User and password are placeholders: the exchange has not started yet.</summary>
    public Task<bool> AuthenticateAsync(
        ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        var session = EngineSession.Of(context);
        return session.ReplyWithAsync(
            () => AuthenticateAsync(session.Current<AuthCommand>(), session.Context, cancellationToken));
    }

    static async ValueTask<Reply> AuthenticateAsync(
        AuthCommand command, SmtpContext context, CancellationToken cancellation)
    {
        var exchange = command.Exchange;
        var step = command.InitialResponse is { } initial ? exchange.Start(initial) : exchange.Start();
        while (step is SaslChallenge challenge)
        {
            var line = await context.AskAsync(new(334, null, challenge.Base64));
            if (Interruption(line, context) is { } reply)
            {
                return reply;
            }
            context.Trace.ClientSecret("");
            step = exchange.Continue(line.Octets.Span);
        }
        return step switch
        {
            SaslCredentials credentials => await LogInAsync(credentials, exchange, context, cancellation),
            SaslFailure { Fault: SaslFault.Aborted } => Aborted,
            SaslFailure { Fault: SaslFault.AuthorizationIdentityRefused } =>
                new(535, "5.7.8", "A key cannot act for another identity"),
            _ => new(501, "5.5.2", "The response is not valid for this mechanism, or not base64"),
        };
    }

    static async ValueTask<Reply> LogInAsync(
        SaslCredentials credentials, SaslExchange exchange, SmtpContext context, CancellationToken cancellation)
    {
        var (services, connection) = (context.Services, context.Connection);
        Login? login;
        try
        {
            login = await services.Store.Accounts.AuthenticateAsync(
                credentials.UserName, credentials.Secret, cancellation);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(services.Logger, unavailable, connection.ConnectionId);
            return new(454, "4.7.0", "Authentication is temporarily unavailable; try again later");
        }
        if (login is null)
        {
            Log.LoginRefused(services.Logger, connection.RemoteAddress, connection.ConnectionId);
            if (context.Admission is { } admission
                && await admission.DelayWrongLoginAsync(credentials.UserName, credentials.Secret, connection.Aborted)
                    is DelayEnd.GivenUp)
            {
                connection.Abort("Too many failed logins of the address wait for their reply");
            }
            return await RejectAsync(Wrong, exchange, context);
        }
        if (!login.May(Scope.MessagesWrite))
        {
            var missing = $"The key {login.Key.Id} needs the scope {Scope.MessagesWrite} to send mail";
            return await RejectAsync(new(535, "5.7.8", missing), exchange, context);
        }
        context.LogIn(login);
        Log.LoggedIn(
            services.Logger,
            login.Inbox.Address.Value,
            login.Key.Id.ToString(),
            connection.RemoteAddress,
            connection.ConnectionId);
        return new(235, "2.7.0", $"Logged in as {login.Inbox.Address}");
    }

    /// <summary>Some mechanisms explain a rejection in a last challenge (RFC 7628 §3.2.3).</summary>
    static async ValueTask<Reply> RejectAsync(Reply rejection, SaslExchange exchange, SmtpContext context)
    {
        if (exchange.Refusal is not { } explanation)
        {
            return rejection;
        }
        var line = await context.AskAsync(new(334, null, explanation.Base64));
        return Interruption(line, context) ?? (line.Octets.Span.SequenceEqual("*"u8) ? Aborted : rejection);
    }

    /// <summary>The reply if the client sent no line; null if it did.</summary>
    static Reply? Interruption(LineRead line, SmtpContext context) => line.Outcome switch
    {
        LineOutcome.Line => null,
        LineOutcome.TooLong => new(500, "5.5.6", "Authentication exchange line is too long"),
        LineOutcome.Canceled => ClosingReplies.For(context.Connection.EndRequested ?? EndReason.Shutdown),
        _ => throw new OperationCanceledException("The client disconnected in the middle of AUTH."),
    };
}
