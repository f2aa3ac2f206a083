namespace AgentPost.Protocol.Imap;

/// <summary>AUTHENTICATE (RFC 9051 §6.2.2), with an initial response or without (RFC 4959).</summary>
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
            context.Writer.Continuation(challenge.Base64);
            await context.Writer.FlushAsync(cancellation);
            var line = await context.Input.ReadLineAsync(cancellation);
            if (line.Kind is not FrameKind.Whole)
            {
                return line.Refusal ?? Completion.Bad("Authentication was broken off");
            }
            step = exchange.Continue(line.Octets.Span);
        }
        return step is SaslCredentials credentials
            ? await context.LogInAsync(credentials.UserName, credentials.Secret, cancellation)
            : Answer(((SaslFailure)step).Fault);
    }

    static Completion Answer(SaslFault fault) => fault switch
    {
        SaslFault.Aborted => Completion.Bad("Authentication aborted"),
        SaslFault.AuthorizationIdentityRefused => Completion.No(ResponseCode.AuthorizationFailed, "A key opens its own inboxes only"),
        _ => Completion.Bad("Expected a response as the mechanism has it, in base64"),
    };
}
