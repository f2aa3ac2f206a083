using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// A slot for one connection of an address that has not logged in. Released at login, or at the latest when it is
/// disposed. Thread-safe, except where noted.
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

    /// <summary>Timestamp of admission, from the guard's time provider.</summary>
    internal long AdmittedAt { get; }

    /// <summary>Null after release. Protected by the guard's lock.</summary>
    internal LinkedListNode<Admission>? Place { get; set; }

    internal bool CanBeCut => _cut is not null;

    /// <summary>True while the connection is in its first TLS handshake.</summary>
    internal bool IsInHandshake
    {
        get => _isInHandshake;
        set => _isInHandshake = value;
    }

    internal bool IsDisposed => _disposed;

    /// <summary>Reports a successful login: releases the slot and clears the failed logins of the address.</summary>
    public void LoggedIn()
    {
        _guard.Forgive(Network);
        Dispose();
    }

    /// <summary>
    /// Delays the reply to a failed login, see <see cref="ConnectionGuard.DelayWrongLoginAsync"/>. During the delay the
    /// connection does not use a slot. If no slot is free afterwards, returns <see cref="DelayEnd.GivenUp"/>.
    /// </summary>
    public Task<DelayEnd> DelayWrongLoginAsync(CancellationToken cancellation) =>
        DelayWrongLoginAsync(Network, cancellation);

    /// <summary>
    /// Same as the overload without a user name, but does not delay up to three repetitions of the last guess: MailKit
    /// tries the same key with several mechanisms, which does not help an attacker. Not thread-safe.
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

    /// <summary>Same as the overload without an address, for a client whose requests the connection forwards.</summary>
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
