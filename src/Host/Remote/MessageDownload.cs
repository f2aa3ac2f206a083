namespace AgentPost.Host.Remote;

/// <summary>
/// Takes the one message that was requested from what a server sends, and passes it on as it arrives.
/// </summary>
/// <param name="maxSize">Nothing of a larger message is written.</param>
/// <param name="receiving">Is allowed as many bytes as the message has.</param>
sealed class MessageDownload(uint uid, long maxSize, Action<ReadOnlyMemory<byte>> write, ReceiveLimitStream receiving)
{
    // TLS adds to each record, and some servers write short ones.
    const int Overhead = 2;

    /// <summary>Null until the server has sent the message.</summary>
    public long? Size { get; private set; }

    public bool IsTooLong => Size > maxSize;

    /// <summary>True if the server named the UID of what it sent.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>
    /// Returns where a section that the server announces goes. Throws <see cref="RemoteServerException"/> if it is not
    /// the requested message.
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

    /// <summary>Passes on what is written; setting the position does nothing.</summary>
    sealed class MessageStream(Action<ReadOnlyMemory<byte>> write) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            // IMAP cannot carry a NUL. Other servers write this byte in its place.
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
