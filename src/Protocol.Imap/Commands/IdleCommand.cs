namespace AgentPost.Protocol.Imap;

/// <summary>
/// IDLE (RFC 2177): tells what changes as it changes. The read of DONE stays pending all the while; news never cancel it, so no octet of the client is lost
/// and DONE may come with the next command in one packet.
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
        var folder = (context as SelectedContext)?.Folder;
        // What came between the last sync point and now is told at once.
        await TellAsync(context, cancellation);
        var done = context.Input.ReadLineAsync(cancellation).AsTask();
        try
        {
            await TellUntilAsync(done, folder, context, cancellation);
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

    /// <summary>Tells changes until the client says DONE or the folder is gone.</summary>
    static async ValueTask TellUntilAsync(Task<Frame> done, SelectedFolder? folder, AuthenticatedContext context, CancellationToken cancellation)
    {
        while (await ComesFirstAsync(done, folder, context, cancellation) is var first and not First.Done)
        {
            if (first is First.Reminder)
            {
                context.Writer.UntaggedOk(null, "Still here");
            }
            await TellAsync(context, cancellation);
            if (folder is { IsGone: true })
            {
                context.Writer.Bye(null, "The selected mailbox has been deleted");
                return;
            }
        }
    }

    static Completion Answer(Frame line) => line.Refusal ?? (System.Text.Ascii.EqualsIgnoreCase(line.Octets.Span, "DONE"u8)
        ? Completion.Ok("IDLE completed")
        : Completion.Bad("Expected DONE"));

    enum First
    {
        Done,
        Change,
        Reminder,
    }

    static async ValueTask<First> ComesFirstAsync(
        Task<Frame> done, SelectedFolder? folder, AuthenticatedContext context, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reminder = Task.Delay(context.Options.IdleReminder, context.Time, waiting.Token);
        var changed = folder?.ChangedAsync(waiting.Token) ?? reminder;
        var first = await Task.WhenAny(done, changed, reminder);
        await waiting.CancelAsync();
        if (first == done)
        {
            return First.Done;
        }
        await first;
        return first == reminder ? First.Reminder : First.Change;
    }

    static async ValueTask TellAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (context is SelectedContext selected)
        {
            await context.Writer.SyncAsync(selected.Folder, ExpungeTelling.Allowed, cancellation);
            await selected.SettleRecentAsync(cancellation);
        }
        await context.Writer.FlushAsync(cancellation);
    }
}
