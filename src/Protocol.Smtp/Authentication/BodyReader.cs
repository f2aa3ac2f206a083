namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Reads octets of a message's body, as many as fit and there are; 0 at its end.</summary>
delegate ValueTask<int> BodyReader(long offset, Memory<byte> destination, CancellationToken cancellation);
