using System.Net;

namespace AgentPost.Support.Chaos;

/// <summary>A host's way to one Postgres server, which loses connections around a COMMIT.</summary>
sealed class DatabaseGate(int serverPort) : DatabaseRelay(new IPEndPoint(IPAddress.Loopback, serverPort))
{
    int _loseBefore;
    int _loseAfter;

    static ReadOnlySpan<byte> Commit => "COMMIT"u8;

    /// <summary>Connections that were lost around a COMMIT.</summary>
    public int Lost { get; private set; }

    /// <summary>
    /// Breaks connections at their next COMMITs: some before the server receives it, some before its answer.
    /// </summary>
    public void LoseCommits(int before, int after) => (_loseBefore, _loseAfter) = (before, after);

    protected override IRelayedConnection Open() => new Connection(this);

    sealed class Connection(DatabaseGate gate) : IRelayedConnection
    {
        volatile bool _losesReply;

        public bool LosesRequest(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IndexOf(Commit) < 0)
            {
                return false;
            }
            if (Interlocked.Decrement(ref gate._loseBefore) >= 0)
            {
                gate.Lost++;
                return true;
            }
            if (Interlocked.Decrement(ref gate._loseAfter) >= 0)
            {
                gate.Lost++;
                _losesReply = true;
            }
            return false;
        }

        public bool LosesReply(ReadOnlySpan<byte> bytes) => _losesReply;
    }
}
