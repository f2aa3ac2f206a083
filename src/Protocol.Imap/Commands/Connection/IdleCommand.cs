using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>
/// IDLE (RFC 2177): reports changes as they happen. DONE may arrive with the next command in one packet. Empty lines,
/// which some clients send to keep the connection alive, do not end it.
/// </summary>
sealed record IdleCommand : AuthenticatedCommand
{
    const int MaxEmptyLines = 10;

    // idle = "IDLE" CRLF "DONE"
    public static IdleCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        context.Writer.Continuation("idling");
        await context.Writer.FlushAsync(cancellation);
        var line = await ReadLineAsync(context, cancellation);
        for (var empty = 0; line is { Kind: FrameKind.Whole, Octets.IsEmpty: true } && empty < MaxEmptyLines; empty++)
        {
            line = await ReadLineAsync(context, cancellation);
        }
        return Answer(line);
    }

    /// <summary>Reports changes until the client sends a line.</summary>
    static async ValueTask<Frame> ReadLineAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var done = context.Input.ReadLineAsync(cancellation).AsTask();
        try
        {
            await new News(done, context, ExpungeTelling.Allowed, context.Options.IdleReminder).TellUntilWordAsync(cancellation);
        }
        finally
        {
            // The input allows only one pending read, so cancel this one before the next.
            if (!done.IsCompleted)
            {
                context.Input.CancelPendingRead();
            }
            await done;
        }
        var line = await done;
        context.Trace.Client(line.Octets.Span);
        return line;
    }

    static Completion Answer(Frame line) => line.Refusal ?? (System.Text.Ascii.EqualsIgnoreCase(line.Octets.Span.TrimEnd((byte)' '), "DONE"u8)
        ? Completion.Ok("IDLE completed")
        : Completion.Bad("Expected DONE"));
}
