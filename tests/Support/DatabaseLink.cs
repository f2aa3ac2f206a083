using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentPost.Support;

/// <summary>A way to a test database, which is reached by a Unix socket.</summary>
public sealed class DatabaseLink : DatabaseRelay
{
    volatile CommitLoss? _loss;

    /// <param name="connectionString">Of a database that is reached by a Unix socket.</param>
    public DatabaseLink(string connectionString)
        : this(new DbConnectionStringBuilder { ConnectionString = connectionString })
    {
    }

    DatabaseLink(DbConnectionStringBuilder settings)
        : base(new UnixDomainSocketEndPoint(Path.Combine((string)settings["Host"], ".s.PGSQL.5432")))
    {
        settings["Host"] = IPAddress.Loopback.ToString();
        settings["Port"] = Port.ToString(CultureInfo.InvariantCulture);
        ConnectionString = settings.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>
    /// Cuts the next connection that commits something with these octets in it. Returned is a task that ends when
    /// that has happened.
    /// </summary>
    /// <param name="point">Before the database sees the commit only if the program sends it as text ("Max Auto
    /// Prepare=0").</param>
    public Task LoseCommitOf(string octets, LostCommit point)
    {
        var loss = new CommitLoss(Encoding.ASCII.GetBytes(octets), point);
        _loss = loss;
        return loss.Happened.Task;
    }

    protected override IRelayedConnection Open() => new Connection(this);

    sealed class Connection(DatabaseLink link) : IRelayedConnection
    {
        bool _isMeant;

        public bool LosesRequest(ReadOnlySpan<byte> bytes)
        {
            _isMeant |= link._loss is { } loss && bytes.IndexOf(loss.Octets) >= 0;
            return Loses(LostCommit.Request, bytes, "commit\0"u8);
        }

        public bool LosesReply(ReadOnlySpan<byte> bytes) => Loses(LostCommit.Reply, bytes, "COMMIT\0"u8);

        bool Loses(LostCommit point, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> commit)
        {
            if (link._loss is not { } loss || !_isMeant || loss.Point != point || bytes.IndexOf(commit) < 0)
            {
                return false;
            }
            link._loss = null;
            loss.Happened.SetResult();
            return true;
        }
    }

    sealed record CommitLoss(byte[] Octets, LostCommit Point)
    {
        public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What a cut keeps from its receiver.</summary>
public enum LostCommit
{
    /// <summary>The commit: the database rolls the transaction back.</summary>
    Request,

    /// <summary>The reply: the transaction is committed, and the program does not hear of it.</summary>
    Reply,
}
