namespace AgentPost.Host.Remote;

/// <summary>Extracts the requested message from the data that a server sends, and passes it on as it arrives.</summary>
/// <param name="maxSize">Maximum size in bytes. Nothing is written of a larger message.</param>
/// <param name="receiving">The receive limit, which is raised by the size of the message.</param>
sealed class MessageDownload(uint uid, long maxSize, Action<ReadOnlyMemory<byte>> write, ReceiveLimitStream receiving)
{
    // TLS adds bytes to each record, and some servers send short records.
    const int Overhead = 2;

    /// <summary>Size in bytes. Null until the server has sent the message.</summary>
    public long? Size { get; private set; }

    public bool IsTooLong => Size > maxSize;

    /// <summary>True if the server sent the UID with the message.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>
    /// Returns the destination of a section that the server announces. Throws <see cref="RemoteServerException"/> if
    /// the server sends a different message than was requested, or a second one.
    /// </summary>
    public Stream Receive(uint? sent, string section, int size)
    {
        if (section.Length > 0)
        {
            return Stream.Null;
        }
        if (Size is not null)
        {
            throw new RemoteServerException("The server sent two messages where one was requested");
        }
        if (sent is { } other)
        {
            Confirm(other);
        }
        Size = size;
        receiving.AllowMore((long)size * Overhead);
        return IsTooLong ? Stream.Null : new MessageStream(write);
    }

    public void Confirm(uint sent) =>
        IsConfirmed = sent == uid
            ? true
            : throw new RemoteServerException("The server sent a different message than was requested");

    /// <summary>Passes on the bytes that are written. Setting the position has no effect.</summary>
    sealed class MessageStream(Action<ReadOnlyMemory<byte>> write) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            // IMAP cannot carry a NUL. Other servers replace it with this byte.
            buffer.AsSpan(offset, count).Replace((byte)0, (byte)0x80);
            write(buffer.AsMemory(offset, count));
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
