namespace AgentPost.Store.Live;

/// <summary>
/// Notifies consumers of an inbox as a whole when to check for changes. A notification is only a hint: consumers find
/// the changes themselves. Thread-safe.
/// </summary>
public sealed class LiveInbox
{
    Version _version = new(default);

    public InboxMarks Current => Volatile.Read(ref _version).Marks;

    /// <summary>
    /// Completes when <see cref="Current"/> differs from <paramref name="seen"/>, immediately if it already does.
    /// </summary>
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

/// <summary>Marks that change whenever there may be changes. Their values have no other meaning.</summary>
/// <param name="Messages">Changes in a leased folder.</param>
/// <param name="Names">Changes of folders, subscriptions and annotations.</param>
public readonly record struct InboxMarks(long Messages, long Names);
