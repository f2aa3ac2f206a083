using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>A message on its way into Sent, with that by which another copy of it is known.</summary>
/// <param name="ContentSha256">Of From, Subject and body.</param>
/// <param name="DatedAt">Its Date; of one without, when it came.</param>
sealed record SentCopy(Filing Filing, string? InternetMessageId, byte[] ContentSha256, DateTimeOffset DatedAt, bool HasBcc)
{
    const int BufferOctets = 64 * 1024;

    /// <summary>Whether the octets are still to be sent, so that the message stays even when Sent shows another copy.</summary>
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

    // SMTP cannot send a message without a line end at its end, which what is appended may lack.
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
