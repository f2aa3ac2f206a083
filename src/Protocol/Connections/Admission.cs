using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// A slot among the connections of an address that have not logged in; released at login or, at the latest, by
/// disposing it. Thread-safe.
/// </summary>
public sealed class Admission : IDisposable
{
    const int MaxRepeatedGuesses = 3;

    readonly ConnectionGuard _guard;
    byte[] _lastGuess = [];
    int _repeatedGuesses;
    Action? _cut;
    bool _disposed;
    volatile bool _isInHandshake;

    internal Admission(ConnectionGuard guard, IPAddress network, Action? cut, long admittedAt)
    {
        _guard = guard;
        _cut = cut;
        Network = network;
        AdmittedAt = admittedAt;
    }

    internal IPAddress Network { get; }

    /// <summary>Timestamp of the guard's clock.</summary>
    internal long AdmittedAt { get; }

    /// <summary>Null once it is released; belongs to the guard's lock.</summary>
    internal LinkedListNode<Admission>? Place { get; set; }

    internal bool CanBeCut => _cut is not null;

    /// <summary>True while the connection is in the TLS handshake that it begins with.</summary>
    internal bool IsInHandshake
    {
        get => _isInHandshake;
        set => _isInHandshake = value;
    }

    internal bool IsDisposed => _disposed;

    /// <summary>
    /// The connection has logged in: its slot is free, and the wrong logins of its address are forgiven.
    /// </summary>
    public void LoggedIn()
    {
        _guard.Forgive(Network);
        Dispose();
    }

    /// <summary>
    /// Delays the reply to a failed login, see <see cref="ConnectionGuard.DelayWrongLoginAsync"/>. In the meantime
    /// the connection takes none of the slots; if none is free afterwards, it is given up as well.
    /// </summary>
    public Task<DelayEnd> DelayWrongLoginAsync(CancellationToken cancellation) =>
        DelayWrongLoginAsync(Network, cancellation);

    /// <summary>
    /// As the other, but if the connection repeats its last guess, there is no delay, up to three times: MailKit sends the same key with one mechanism after the
    /// other, which helps no guessing. Not thread-safe.
    /// </summary>
    public async Task<DelayEnd> DelayWrongLoginAsync(string userName, string secret, CancellationToken cancellation)
    {
        var guess = SHA256.HashData(Encoding.UTF8.GetBytes($"{userName}\0{secret}"));
        if (guess.AsSpan().SequenceEqual(_lastGuess) && _repeatedGuesses < MaxRepeatedGuesses)
        {
            _repeatedGuesses++;
            return DelayEnd.Waited;
        }
        (_lastGuess, _repeatedGuesses) = (guess, 0);
        return await DelayWrongLoginAsync(cancellation);
    }

    /// <summary>As the other, for a client behind the address that the connection comes from.</summary>
    public async Task<DelayEnd> DelayWrongLoginAsync(IPAddress client, CancellationToken cancellation)
    {
        _guard.Release(this);
        var end = await _guard.DelayWrongLoginAsync(client, cancellation);
        return end is DelayEnd.Waited && _guard.TryReadmit(this) ? DelayEnd.Waited : DelayEnd.GivenUp;
    }

    public void Dispose()
    {
        _disposed = true;
        _guard.Release(this);
        _cut = null;
    }

    internal void Cut() => Interlocked.Exchange(ref _cut, null)?.Invoke();
}
