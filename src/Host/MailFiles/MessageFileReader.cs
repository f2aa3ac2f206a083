using System.Buffers;
using AgentPost.Mime.Headers;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>Reads a file that is one message.</summary>
static class MessageFileReader
{
    const int BufferOctets = 64 * 1024;

    public const string HasNul = "contains a NUL octet, which IMAP cannot carry";
    public const string IsEmpty = "is empty";

    /// <summary>Reads the message. An error of the file becomes the problem of the message.</summary>
    public static async Task<FoundMessage> ReadAsync(
        string path, MessageMarks marks, Func<IncomingMessage> receive, Action<long> progress, CancellationToken cancellation)
    {
        var message = receive();
        try
        {
            var problem = await TryReadAsync(path, message, progress, cancellation);
            return new(message, path, marks.Flags, marks.Keywords, marks.DatedAt ?? DateOf(message, path, problem), problem);
        }
        catch
        {
            await message.DisposeAsync();
            throw;
        }
    }

    static async Task<string?> TryReadAsync(string path, IncomingMessage message, Action<long> progress, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferOctets);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            while (await file.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                progress(read);
                if (buffer.AsSpan(0, read).Contains((byte)0))
                {
                    return HasNul;
                }
                await message.WriteAsync(new ReadOnlySequence<byte>(buffer, 0, read), cancellation);
            }
            await message.CompleteAsync(cancellation);
            return message.Octets == 0 ? IsEmpty : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read ({failure.Message})";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static DateTimeOffset? DateOf(IncomingMessage message, string path, string? problem) =>
        problem is not null ? null : DateOf(message) ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path));

    /// <summary>Returns the time at which the last server received the complete message, or else its Date.</summary>
    public static DateTimeOffset? DateOf(IncomingMessage message) => ReceivedFields.LastAt(message.Scan.Header.Span) ?? message.Scan.SentAt;
}

/// <summary>The metadata that files contain in addition to the message bytes.</summary>
readonly record struct MessageMarks(SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? DatedAt)
{
    public static readonly MessageMarks None = new(SystemFlags.None, KeywordSet.Empty, null);
}
