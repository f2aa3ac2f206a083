using System.Net;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "TLS handshake of {ConnectionId} from {RemoteEndPoint} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string connectionId, EndPoint? remoteEndPoint, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Refused plaintext of {ConnectionId} from {RemoteEndPoint} on a TLS port")]
    public static partial void PlaintextRefused(ILogger logger, string connectionId, EndPoint? remoteEndPoint);

    [LoggerMessage(3, LogLevel.Information, "Loaded TLS certificate {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificateLoaded(ILogger logger, string subject, DateTimeOffset notAfter);

    [LoggerMessage(4, LogLevel.Error, "Could not load the changed TLS certificate {Path}; the one before stays in use")]
    public static partial void CertificateReloadFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(5, LogLevel.Information, "Generated TLS certificate for {Hostname} in {Folder}")]
    public static partial void CertificateGenerated(ILogger logger, string hostname, string folder);

    [LoggerMessage(8, LogLevel.Warning, "Rejected a connection from {RemoteEndPoint}: Limits:Connections is reached")]
    public static partial void TotalReached(ILogger logger, EndPoint? remoteEndPoint);

    [LoggerMessage(9, LogLevel.Information, "Rejected a connection from {RemoteEndPoint}: Limits:ConnectionsPerAddress is reached")]
    public static partial void AddressLimitReached(ILogger logger, EndPoint? remoteEndPoint);

    [LoggerMessage(10, LogLevel.Warning, "Rejected a connection of the proxy {RemoteEndPoint}: it does not start with a PROXY header, version 2")]
    public static partial void ProxyHeaderInvalid(ILogger logger, EndPoint? remoteEndPoint);

    [LoggerMessage(6, LogLevel.Trace, "{ConnectionId} C: {Line}")]
    public static partial void ClientLineTraced(ILogger logger, string connectionId, string line);

    [LoggerMessage(7, LogLevel.Trace, "{ConnectionId} S: {Line}")]
    public static partial void ServerLineTraced(ILogger logger, string connectionId, string line);
}
