using System.Net.Security;
using System.Security.Authentication;

namespace AgentPost.Protocol.Tls;

/// <summary>What the handshake agreed on; a connection has it as a feature once it is encrypted.</summary>
public sealed record TlsSession(SslProtocols Protocol, TlsCipherSuite CipherSuite);
