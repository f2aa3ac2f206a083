using System.Net;

namespace AgentPost.Protocol.Connections;

/// <summary>Every logged-in session of this process: counted per inbox, listed, and ended from outside. Any thread.</summary>
public sealed class SessionRegistry(TimeProvider time)
{
    readonly Lock _gate = new();
    readonly HashSet<RegisteredSession> _sessions = [];
    readonly List<Action<RegisteredSession>> _startHandlers = [];
    readonly List<Action<RegisteredSession>> _endHandlers = [];
    readonly Dictionary<(string Protocol, string Inbox), int> _counts = [];

    /// <summary>Registers who wants to hear of sessions that begin and end, before first use. Handlers only take note: they neither wait nor throw.</summary>
    public void OnChanged(Action<RegisteredSession> started, Action<RegisteredSession> ended)
    {
        _startHandlers.Add(started);
        _endHandlers.Add(ended);
    }

    /// <summary>Null: the inbox has as many sessions of this protocol as it may. The session disposes its registration when it ends.</summary>
    /// <param name="perInbox"><see cref="int.MaxValue"/> is no limit.</param>
    public RegisteredSession? TryRegister(ClientConnection connection, SessionLogin login, int perInbox)
    {
        var session = new RegisteredSession(this, connection, login, time.GetUtcNow());
        var counted = (login.Protocol, login.Inbox);
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(counted);
            if (count >= perInbox)
            {
                return null;
            }
            _counts[counted] = count + 1;
            _sessions.Add(session);
        }
        _startHandlers.ForEach(handler => handler(session));
        return session;
    }

    public IReadOnlyList<RegisteredSession> List()
    {
        lock (_gate)
        {
            return [.. _sessions];
        }
    }

    /// <summary>Asks every matching session to end and returns how many that were.</summary>
    public int End(Func<RegisteredSession, bool> predicate, EndReason reason)
    {
        var ended = List().Where(predicate).ToList();
        ended.ForEach(session => session.End(reason));
        return ended.Count;
    }

    internal void Remove(RegisteredSession session)
    {
        var counted = (session.Login.Protocol, session.Login.Inbox);
        lock (_gate)
        {
            if (!_sessions.Remove(session))
            {
                return;
            }
            if (--_counts[counted] == 0)
            {
                _counts.Remove(counted);
            }
        }
        _endHandlers.ForEach(handler => handler(session));
    }
}

/// <summary>Who is logged in; ids as text, opaque here.</summary>
/// <param name="Protocol"><c>imap</c> or <c>smtp</c>.</param>
public sealed record SessionLogin(string Protocol, string Inbox, string Key);

/// <summary>One logged-in session as others see it. Its session disposes it.</summary>
public sealed class RegisteredSession : IDisposable
{
    readonly SessionRegistry _registry;
    readonly ClientConnection _connection;

    internal RegisteredSession(SessionRegistry registry, ClientConnection connection, SessionLogin login, DateTimeOffset since)
    {
        _registry = registry;
        _connection = connection;
        Login = login;
        Since = since;
    }

    public SessionLogin Login { get; }
    public DateTimeOffset Since { get; }
    public string ConnectionId => _connection.ConnectionId;
    public IPAddress RemoteAddress => _connection.RemoteAddress;

    public void End(EndReason reason) => _connection.RequestEnd(reason);

    public void Dispose() => _registry.Remove(this);
}
