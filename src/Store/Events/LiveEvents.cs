using System.Collections.Concurrent;
using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Tells those who follow the events of an organization when to look again. A hint, as all notifications are. Thread-safe.</summary>
public sealed class LiveEvents
{
    // One for each organization that was ever followed in this process.
    readonly ConcurrentDictionary<OrganizationId, Signal> _signals = [];

    internal LiveEvents()
    {
    }

    /// <summary>Moves whenever there may be something new; of no other meaning.</summary>
    public long MarkOf(OrganizationId organization) => SignalOf(organization).Current.Mark;

    /// <summary>Completes when the mark is no longer <paramref name="seen"/>; at once if it already is not.</summary>
    public Task ChangedSinceAsync(OrganizationId organization, long seen, CancellationToken cancellation)
    {
        var version = SignalOf(organization).Current;
        return version.Mark != seen ? Task.CompletedTask : version.Replaced.Task.WaitAsync(cancellation);
    }

    /// <param name="organization">Null: any may have new ones.</param>
    internal void Changed(OrganizationId? organization)
    {
        if (organization is not { } one)
        {
            foreach (var signal in _signals.Values)
            {
                signal.Move();
            }
        }
        else if (_signals.TryGetValue(one, out var signal))
        {
            signal.Move();
        }
    }

    Signal SignalOf(OrganizationId organization) => _signals.GetOrAdd(organization, _ => new());

    sealed class Signal
    {
        Version _version = new(0);

        public Version Current => Volatile.Read(ref _version);

        public void Move()
        {
            Version old;
            do
            {
                old = Current;
            }
            while (Interlocked.CompareExchange(ref _version, new(old.Mark + 1), old) != old);
            old.Replaced.TrySetResult();
        }
    }

    sealed class Version(long mark)
    {
        public long Mark { get; } = mark;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
