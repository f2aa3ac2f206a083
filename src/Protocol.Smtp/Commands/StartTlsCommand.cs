using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>STARTTLS (RFC 3207 §4): goes on in TLS, and forgets all that was said in the clear (§4.2).</summary>
sealed record StartTlsCommand : GreetedCommand
{
    // starttls = "STARTTLS" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) => arguments.IsAtEnd ? new StartTlsCommand() : Refusals.TakesNoArguments("STARTTLS");

    public override ValueTask<Reply> ExecuteAsync(SessionContext context, Greeted state, CancellationToken cancellation) => ValueTask.FromResult(Execute(context));

    static Reply Execute(SessionContext context)
    {
        if (!context.Connection.OffersTls)
        {
            return context.Connection.IsEncrypted ? new(503, "5.5.1", "This is TLS already") : new(502, "5.5.1", "STARTTLS is not offered");
        }
        return HasMoreArrived(context)
            ? new(554, "5.5.1", "Nothing may follow STARTTLS before TLS has begun") { Closes = true }
            : new(220, "2.0.0", "Begin TLS") { Then = new Upgrade() };
    }

    // Octets of the clear behind the command are an injection (CVE-2011-0411). Those that come later break the handshake.
    static bool HasMoreArrived(SessionContext context)
    {
        if (!context.Connection.Input.TryRead(out var read))
        {
            return false;
        }
        context.Connection.Input.AdvanceTo(read.Buffer.Start);
        return !read.Buffer.IsEmpty;
    }

    sealed class Upgrade : IContinuation
    {
        public async Task<Reply> ContinueAsync(SessionContext context, CancellationToken cancellation)
        {
            if (!await context.Connection.StartTlsAsync(cancellation))
            {
                return Reply.Silent with { Closes = true };
            }
            context.State = new Ungreeted();
            return Reply.Silent;
        }
    }
}
