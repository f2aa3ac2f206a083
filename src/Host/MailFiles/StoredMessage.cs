using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.MailFiles;

/// <summary>A message in a folder, to write to files. Valid as long as the batch that contains its row.</summary>
sealed record StoredMessage(MailStore Store, InboxId Inbox, UidValidity UidValidity, FolderEntry Entry, MessageRow Row)
{
    const int BufferOctets = 64 * 1024;

    /// <summary>Opens a reader of its bytes, from the start.</summary>
    public Func<Memory<byte>, CancellationToken, ValueTask<int>> Open()
    {
        var offset = 0L;
        return async (memory, cancellation) =>
        {
            var read = await ReadAsync(offset, memory, cancellation);
            offset += read;
            return read;
        };
    }

    /// <summary>
    /// True if a line ends with CR CRLF: written with LF alone, the remaining CR would count as part of the line
    /// ending.
    /// </summary>
    public async ValueTask<bool> HasDoubledReturnsAsync(CancellationToken cancellation)
    {
        var read = Open();
        var buffer = new byte[BufferOctets];
        for (var kept = 0; await read(buffer.AsMemory(kept), cancellation) is > 0 and var count;)
        {
            var octets = buffer.AsMemory(0, kept + count);
            if (octets.Span.IndexOf("\r\r\n"u8) >= 0)
            {
                return true;
            }
            kept = Math.Min(2, octets.Length);
            octets[^kept..].CopyTo(buffer);
        }
        return false;
    }

    /// <summary>Reads the last byte. Returns null if the message is empty.</summary>
    public async ValueTask<byte?> LastOctetAsync(CancellationToken cancellation)
    {
        var last = new byte[1];
        return Row.Size > 0 && await ReadAsync(Row.Size - 1, last, cancellation) == 1 ? last[0] : null;
    }

    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        // The row contains the first bytes of every message, which for most messages are all.
        if (offset >= Row.Octets.Length)
        {
            return offset < Row.Size ? Store.Messages.ReadOctetsAsync(Inbox, Row.MessageId, offset, destination, cancellation) : new(0);
        }
        var octets = Row.Octets[(int)offset..];
        octets = octets[..Math.Min(octets.Length, destination.Length)];
        octets.CopyTo(destination);
        return new(octets.Length);
    }
}
