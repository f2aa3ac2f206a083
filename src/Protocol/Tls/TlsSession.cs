using System.Net.Security;
using System.Security.Authentication;

namespace AgentPost.Protocol.Tls;

/// <summary>The result of the handshake. A connection has this feature once it is encrypted.</summary>
public sealed record TlsSession(SslProtocols Protocol, TlsCipherSuite CipherSuite);
