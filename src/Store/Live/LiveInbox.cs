namespace AgentPost.Store.Live;

/// <summary>Tells those who follow an inbox as a whole when to look again. A hint, as all notifications are: what has changed they find out themselves. Thread-safe.</summary>
public sealed class LiveInbox
{
    Version _version = new(default);

    public InboxMarks Current => Volatile.Read(ref _version).Marks;

    /// <summary>Completes when <see cref="Current"/> is no longer <paramref name="seen"/>; at once if it already is not.</summary>
    public Task ChangedSinceAsync(InboxMarks seen, CancellationToken cancellation)
    {
        var version = Volatile.Read(ref _version);
        return version.Marks != seen ? Task.CompletedTask : version.Replaced.Task.WaitAsync(cancellation);
    }

    internal void MessagesChanged() => Move(marks => marks with { Messages = marks.Messages + 1 });

    internal void NamesChanged() => Move(marks => marks with { Names = marks.Names + 1 });

    void Move(Func<InboxMarks, InboxMarks> move)
    {
        Version old;
        do
        {
            old = Volatile.Read(ref _version);
        }
        while (Interlocked.CompareExchange(ref _version, new(move(old.Marks)), old) != old);
        old.Replaced.TrySetResult();
    }

    sealed class Version(InboxMarks marks)
    {
        public InboxMarks Marks { get; } = marks;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Marks that move whenever there may be something new; of no other meaning.</summary>
/// <param name="Messages">In a folder that is leased.</param>
/// <param name="Names">Folders, subscriptions and annotations.</param>
public readonly record struct InboxMarks(long Messages, long Names);
