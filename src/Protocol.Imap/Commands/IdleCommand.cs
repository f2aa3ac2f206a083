namespace AgentPost.Protocol.Imap;

/// <summary>
/// IDLE (RFC 2177): tells what changes as it changes. DONE may come with the next command in one packet.
/// </summary>
sealed record IdleCommand : AuthenticatedCommand
{
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
        var done = context.Input.ReadLineAsync(cancellation).AsTask();
        try
        {
            await new News(done, context, ExpungeTelling.Allowed, context.Options.IdleReminder).TellUntilWordAsync(cancellation);
        }
        finally
        {
            // Nobody may read while this read is pending.
            if (!done.IsCompleted)
            {
                context.Input.CancelPendingRead();
            }
            await done;
        }
        var line = await done;
        context.Trace.Client(line.Octets.Span);
        return Answer(line);
    }

    static Completion Answer(Frame line) => line.Refusal ?? (System.Text.Ascii.EqualsIgnoreCase(line.Octets.Span, "DONE"u8)
        ? Completion.Ok("IDLE completed")
        : Completion.Bad("Expected DONE"));
}
