using System.Runtime.CompilerServices;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>An mbox file: a sequence of messages, each after a <see cref="FromLine"/>, read as a stream.</summary>
sealed class MboxSource(string folder, string path) : MailSource(folder)
{
    public override long Octets => new FileInfo(path).Length;

    /// <summary>True if a file is an mbox file: it starts with a From line, after optional blank lines.</summary>
    public static bool Fits(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[64];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return FromLine.StartsAs(start[..read].TrimStart("\r\n"u8));
    }

    public override async IAsyncEnumerable<FoundMessage> ReadAsync(
        Func<IncomingMessage> receive, Action<long> progress, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        var lines = new LinePieces(async (memory, token) =>
        {
            var read = await file.ReadAsync(memory, token);
            progress(read);
            return read;
        });
        var more = await lines.NextAsync(cancellation);
        while (more && (!lines.StartsLine || !FromLine.StartsAs(lines.Text.Span)))
        {
            more = await lines.NextAsync(cancellation);
        }
        for (var number = 1; more; number++)
        {
            var message = new MboxMessage(receive(), FromLine.Parse(lines.Text.Span));
            try
            {
                more = await ReadAsync(lines, message, cancellation);
            }
            catch
            {
                await message.DisposeAsync();
                throw;
            }
            yield return message.ToFound($"{path}, message {number}");
        }
    }

    // Returns true if the reader is at the next message.
    static async Task<bool> ReadAsync(LinePieces lines, MboxMessage message, CancellationToken cancellation)
    {
        // Skip the rest of a From line that is longer than the buffer.
        while (!lines.EndsLine && await lines.NextAsync(cancellation) && !lines.StartsLine)
        {
        }
        var more = await lines.NextAsync(cancellation);
        while (more && !(lines.StartsLine && FromLine.Parse(lines.Text.Span) is not null))
        {
            await message.WriteAsync(lines, cancellation);
            more = await lines.NextAsync(cancellation);
        }
        await message.CompleteAsync(cancellation);
        return more;
    }
}
