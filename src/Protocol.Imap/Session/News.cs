using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// Pushes changes to an idle client: during IDLE, and at any time after NOTIFY. Updates never cancel the pending read
/// of the next line, so no input is lost. As always, only the connection's task writes.
/// </summary>
/// <param name="word">Completes when the client has sent input. Never writes to the output.</param>
/// <param name="expunges">Whether expunges may be reported now.</param>
/// <param name="reminder">Interval of the untagged OK that keeps the connection alive.</param>
sealed class News(Task word, AuthenticatedContext context, ExpungeTelling expunges, TimeSpan reminder)
{
    // Delay before the next query if the database is unavailable.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    enum First
    {
        Word,
        Change,
        Reminder,
    }

    SelectedFolder? Folder => (context as SelectedContext)?.Folder;

    bool IsGone => Folder is { IsGone: true };

    /// <summary>
    /// Pushes changes until the client sends input. Returns false if the selected folder was deleted, which ends the
    /// session.
    /// </summary>
    public async ValueTask<bool> TellUntilWordAsync(CancellationToken cancellation)
    {
        var wasTold = await TryTellAsync(cancellation);
        while (!IsGone && await ComesFirstAsync(wasTold, cancellation) is var first and not First.Word)
        {
            if (first is First.Reminder)
            {
                context.Writer.UntaggedOk(null, "Still here");
            }
            wasTold = await TryTellAsync(cancellation);
        }
        if (IsGone)
        {
            context.Writer.Bye(null, "The selected mailbox has been deleted");
        }
        return !IsGone;
    }

    async ValueTask<First> ComesFirstAsync(bool wasTold, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reminding = Task.Delay(reminder, context.Time, waiting.Token);
        List<Task> tasks = [word, reminding];
        if (wasTold)
        {
            AddChanges(tasks, waiting.Token);
        }
        else
        {
            tasks.Add(Task.Delay(Pause, context.Time, waiting.Token));
        }
        var first = await Task.WhenAny(tasks);
        await waiting.CancelAsync();
        if (first == word)
        {
            return First.Word;
        }
        await first;
        return first == reminding ? First.Reminder : First.Change;
    }

    void AddChanges(List<Task> tasks, CancellationToken cancellation)
    {
        if (Folder is { Events.TellsMessages: true } folder)
        {
            tasks.Add(folder.ChangedAsync(cancellation));
        }
        if (context.Notifications is { } notifications)
        {
            tasks.Add(notifications.ChangedAsync(cancellation));
        }
    }

    /// <summary>Returns false if the database was unavailable, so that changes may be left to report.</summary>
    async ValueTask<bool> TryTellAsync(CancellationToken cancellation)
    {
        var wasTold = true;
        try
        {
            await TellAsync(cancellation);
        }
        catch (StoreUnavailableException) when (!context.Writer.IsMidResponse)
        {
            wasTold = false;
        }
        await context.Writer.FlushAsync(cancellation);
        return wasTold;
    }

    async ValueTask TellAsync(CancellationToken cancellation)
    {
        if (context is SelectedContext selected && selected.Folder.HasNews(expunges))
        {
            await context.Writer.SyncAsync(selected.Folder, expunges, cancellation);
            await selected.SettleRecentAsync(cancellation);
        }
        if (context.Notifications is { } notifications)
        {
            await TellOthersAsync(notifications, cancellation);
        }
    }

    async ValueTask TellOthersAsync(Notifications notifications, CancellationToken cancellation)
    {
        try
        {
            await notifications.TellAsync(context.Writer, Folder, cancellation);
        }
        catch (RefusedException refused)
        {
            // RFC 5465 §5.8: as if the client had sent NOTIFY NONE.
            context.NotifyOf(SelectedEvents.None, null);
            context.Writer.UntaggedOk(refused.Completion.Code, refused.Completion.Text);
        }
    }
}
