namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// Reads bytes of a message's body from an offset. Returns the number of bytes read, or 0 at the end of the body.
/// </summary>
delegate ValueTask<int> BodyReader(long offset, Memory<byte> destination, CancellationToken cancellation);
