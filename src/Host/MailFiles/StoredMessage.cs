using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.MailFiles;

/// <summary>A message in a folder, to be written to files. Valid as long as the batch that its row came with.</summary>
sealed record StoredMessage(MailStore Store, InboxId Inbox, UidValidity UidValidity, FolderEntry Entry, MessageRow Row)
{
    const int BufferOctets = 64 * 1024;

    /// <summary>A reader of its octets from the first on.</summary>
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

    /// <summary>Whether a CR stands before a line's end: written with LF alone, that CR would be taken for a part of the line's end.</summary>
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

    /// <summary>Null for a message of none.</summary>
    public async ValueTask<byte?> LastOctetAsync(CancellationToken cancellation)
    {
        var last = new byte[1];
        return Row.Size > 0 && await ReadAsync(Row.Size - 1, last, cancellation) == 1 ? last[0] : null;
    }

    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        // The row has the first octets of every message, and all of most.
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
