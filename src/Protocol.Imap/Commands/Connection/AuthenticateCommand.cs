using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Protocol.Sasl;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>AUTHENTICATE (RFC 9051 §6.2.2), with or without an initial response (RFC 4959).</summary>
sealed record AuthenticateCommand(byte[] Mechanism, byte[]? InitialResponse) : NotAuthenticatedCommand
{
    // authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] *(CRLF base64); initial-resp = base64 / "="
    public static AuthenticateCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var mechanism = parser.AtomOctets().ToArray();
        var initialResponse = parser.TrySp() ? parser.Base64() : null;
        parser.End();
        return new(mechanism, initialResponse);
    }

    public override async ValueTask<Completion> ExecuteAsync(NotAuthenticatedContext context, CancellationToken cancellation)
    {
        if (SaslMechanisms.Create(Mechanism) is not { } exchange)
        {
            return Completion.No(ResponseCode.Cannot, $"The mechanisms are {string.Join(", ", SaslMechanisms.Names)}");
        }
        var step = InitialResponse is { } response ? exchange.Start(response) : exchange.Start();
        while (step is SaslChallenge challenge)
        {
            var line = await AskAsync(context, challenge, cancellation);
            if (line.Kind is not FrameKind.Whole)
            {
                return BrokenOff(line);
            }
            step = exchange.Continue(line.Octets.Span);
        }
        return step is SaslCredentials credentials
            ? await LogInAsync(context, credentials, exchange.Refusal, cancellation)
            : Answer(((SaslFailure)step).Fault);
    }

    static async ValueTask<Completion> LogInAsync(
        NotAuthenticatedContext context, SaslCredentials credentials, SaslChallenge? refusal, CancellationToken cancellation)
    {
        var completion = await context.LogInAsync(credentials.UserName, credentials.Secret, cancellation);
        if (refusal is null || completion.Code is not (ResponseCode.AuthenticationFailed or ResponseCode.AuthorizationFailed))
        {
            return completion;
        }
        var line = await AskAsync(context, refusal, cancellation);
        return line switch
        {
            { Kind: not FrameKind.Whole } => BrokenOff(line),
            _ when line.Octets.Span.SequenceEqual("*"u8) => Answer(SaslFault.Aborted),
            _ => completion,
        };
    }

    static async ValueTask<Frame> AskAsync(NotAuthenticatedContext context, SaslChallenge challenge, CancellationToken cancellation)
    {
        context.Writer.Continuation(challenge.Base64);
        await context.Writer.FlushAsync(cancellation);
        var line = await context.Input.ReadLineAsync(cancellation);
        context.Trace.ClientSecret("");
        return line;
    }

    static Completion BrokenOff(Frame line) => line.Refusal ?? Completion.Bad("Authentication was broken off");

    static Completion Answer(SaslFault fault) => fault switch
    {
        SaslFault.Aborted => Completion.Bad("Authentication aborted"),
        SaslFault.AuthorizationIdentityRefused => Completion.No(ResponseCode.AuthorizationFailed, "A key opens its own inboxes only"),
        _ => Completion.Bad("Expected a response as the mechanism has it, in base64"),
    };
}
