using System.Collections.Concurrent;
using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>
/// Notifies readers of an organization's events that there may be new ones. Only a hint. Thread-safe.
/// </summary>
public sealed class LiveEvents
{
    // One for each organization that has had a reader in this process.
    readonly ConcurrentDictionary<OrganizationId, Signal> _signals = [];

    internal LiveEvents()
    {
    }

    /// <summary>Returns a mark that changes whenever there may be new events. Its value has no other meaning.</summary>
    public long MarkOf(OrganizationId organization) => SignalOf(organization).Current.Mark;

    /// <summary>Completes when the mark differs from <paramref name="seen"/>, immediately if it already does.</summary>
    public Task ChangedSinceAsync(OrganizationId organization, long seen, CancellationToken cancellation)
    {
        var version = SignalOf(organization).Current;
        return version.Mark != seen ? Task.CompletedTask : version.Replaced.Task.WaitAsync(cancellation);
    }

    /// <param name="organization">Null if any organization may have new events.</param>
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
