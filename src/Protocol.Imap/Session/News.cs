using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// Tells a client what changes while it is silent: in IDLE, and after NOTIFY all the time. The read of its next word stays pending all the while; news never
/// cancel it, so no octet of the client is lost, and it is the task of the connection that writes, as ever.
/// </summary>
/// <param name="word">Completes when the client has said something; touches the output not at all.</param>
/// <param name="expunges">Whether expunges may be told now.</param>
/// <param name="reminder">How often the client is told that somebody is there.</param>
sealed class News(Task word, AuthenticatedContext context, ExpungeTelling expunges, TimeSpan reminder)
{
    // When the database is lost, until it is asked again.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    enum First
    {
        Word,
        Change,
        Reminder,
    }

    SelectedFolder? Folder => (context as SelectedContext)?.Folder;

    bool IsGone => Folder is { IsGone: true };

    /// <summary>Returns when the word is there; false when the selected folder is gone, which ends the session.</summary>
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

    /// <summary>False when the database could not be asked, so that there may be more to tell.</summary>
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
            // RFC 5465 §5.8: as if the client had said NOTIFY NONE.
            context.NotifyOf(SelectedEvents.None, null);
            context.Writer.UntaggedOk(refused.Completion.Code, refused.Completion.Text);
        }
    }
}
