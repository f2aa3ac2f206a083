using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Tests;

/// <summary>A real Kestrel on a loopback port of its own that serves one connection delegate.</summary>
sealed class TestListener : IAsyncDisposable
{
    readonly WebApplication _application;

    TestListener(WebApplication application)
    {
        _application = application;
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(address).Port;
    }

    public int Port { get; }

    public static async Task<TestListener> StartAsync(ConnectionDelegate handler, Func<ConnectionDelegate, ConnectionDelegate>? middleware = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.None;
            if (middleware is not null)
            {
                listen.Use(middleware);
            }
            listen.Use(_ => handler);
        }));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var application = builder.Build();
        await application.StartAsync();
        return new(application);
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        client.NoDelay = true;
        return client;
    }

    public async Task<SslStream> ConnectTlsAsync(SslClientAuthenticationOptions? options = null)
    {
        var stream = new SslStream((await ConnectAsync()).GetStream());
        await stream.AuthenticateAsClientAsync(options ?? TrustAny());
        return stream;
    }

    public static SslClientAuthenticationOptions TrustAny() => new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null };

    public Task StopAsync() => _application.StopAsync();

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
