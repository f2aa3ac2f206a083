using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>A message about to be added to Sent, with the properties that identify another copy of it.</summary>
/// <param name="ContentSha256">Hash of From, Subject and body.</param>
/// <param name="DatedAt">Its Date; if it has none, when it was received.</param>
sealed record SentCopy(Filing Filing, string? InternetMessageId, byte[] ContentSha256, DateTimeOffset DatedAt, bool HasBcc)
{
    const int BufferOctets = 64 * 1024;

    /// <summary>
    /// True if the message must stay even if Sent shows another copy, because its bytes are still to be sent.
    /// </summary>
    public bool IsQueued { get; init; }

    public static async Task<SentCopy> OfAsync(Filing filing, IncomingMessage message, DateTimeOffset now, CancellationToken cancellation)
    {
        var scan = message.Scan;
        return new(
            filing,
            scan.InternetMessageId,
            await HashAsync(message, cancellation),
            scan.SentAt?.ToUniversalTime() ?? now,
            BlindCopies.IsIn(scan.Header.Span));
    }

    static async Task<byte[]> HashAsync(IncomingMessage message, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{message.Scan.Folded.From}\0{message.Scan.Folded.Subject}\0"));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferOctets);
        try
        {
            var offset = message.Scan.Root.BodyOffset;
            var end = await BodyEndAsync(message, offset, buffer, cancellation);
            while (offset < end)
            {
                var read = await message.ReadAsync(offset, buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - offset)), cancellation);
                hash.AppendData(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return hash.GetHashAndReset();
    }

    // SMTP always ends a message with a line end; an appended message can lack it.
    static async ValueTask<long> BodyEndAsync(IncomingMessage message, long bodyOffset, byte[] buffer, CancellationToken cancellation)
    {
        var end = message.Octets;
        return end - bodyOffset >= 2
            && await ReadAsync(message, end - 2, buffer.AsMemory(0, 2), cancellation)
            && buffer.AsSpan(0, 2).SequenceEqual("\r\n"u8) ? end - 2 : end;
    }

    static async ValueTask<bool> ReadAsync(IncomingMessage message, long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        var first = await message.ReadAsync(offset, destination, cancellation);
        return first == destination.Length || await message.ReadAsync(offset + first, destination[first..], cancellation) == destination.Length - first;
    }
}
