using System.Net;
using AgentPost.Protocol.Connections;
using Microsoft.AspNetCore.Connections;

namespace AgentPost.Protocol.Tests;

/// <summary>The heartbeat that enforces limits is Kestrel's own and comes once a second; the clock it looks at is turned by hand.</summary>
[CancelAfter(20_000)]
sealed class ClientConnectionTests
{
    static readonly ConnectionLimits Limits = new(Login: TimeSpan.FromSeconds(30), Idle: TimeSpan.FromMinutes(5));

    readonly ManualTime _time = new();

    [Test]
    public async Task The_first_reason_to_end_counts_and_cancels_the_pending_read(CancellationToken cancellation)
    {
        var seen = new TaskCompletionSource<EndReason?>();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, Limits, _time);
            var reading = connection.Input.ReadAsync(connection.Aborted);
            connection.RequestEnd(EndReason.LoginEnded);
            connection.RequestEnd(EndReason.Idle);
            seen.SetResult((await reading).IsCanceled ? connection.EndRequested : null);
        });
        using var client = await listener.ConnectAsync();
        Assert.That(await seen.Task.WaitAsync(cancellation), Is.EqualTo(EndReason.LoginEnded));
    }

    [Test]
    public async Task The_address_is_the_clients_and_IPv4_even_on_an_IPv6_socket(CancellationToken cancellation)
    {
        var seen = new TaskCompletionSource<IPAddress>();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            context.RemoteEndPoint = new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 1);
            await using var connection = new ClientConnection(context, Limits, _time);
            seen.SetResult(connection.RemoteAddress);
        });
        using var client = await listener.ConnectAsync();
        Assert.That(await seen.Task.WaitAsync(cancellation), Is.EqualTo(IPAddress.Parse("192.0.2.7")));
    }

    [Test]
    public async Task A_client_that_chats_without_logging_in_is_asked_to_end(CancellationToken cancellation)
    {
        var (listener, lines, ended) = await StartReadingAsync(_ => { });
        await using var _ = listener;
        using var client = await listener.ConnectAsync();
        for (var second = 0; second < 30; second += 10)
        {
            await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), cancellation);
            await lines.WaitAsync(cancellation);
            _time.Pass(TimeSpan.FromSeconds(10));
        }
        Assert.That(await ended.WaitAsync(cancellation), Is.EqualTo(EndReason.LoginTimeout));
    }

    [Test]
    public async Task Silence_after_login_ends_only_after_the_idle_limit(CancellationToken cancellation)
    {
        var (listener, lines, ended) = await StartReadingAsync(connection => connection.LoginSucceeded());
        await using var _ = listener;
        using var client = await listener.ConnectAsync();
        for (var minute = 0; minute < 12; minute += 4)
        {
            await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), cancellation);
            await lines.WaitAsync(cancellation);
            _time.Pass(TimeSpan.FromMinutes(4));
        }
        Assert.That(ended.IsCompleted, Is.False);
        await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), cancellation);
        await lines.WaitAsync(cancellation);
        _time.Pass(TimeSpan.FromMinutes(5));
        Assert.That(await ended.WaitAsync(cancellation), Is.EqualTo(EndReason.Idle));
    }

    [Test]
    public async Task The_server_that_stops_asks_its_sessions_to_end_and_lets_them_say_so(CancellationToken cancellation)
    {
        var began = new TaskCompletionSource();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, Limits, TimeProvider.System);
            var reading = connection.Input.ReadAsync(connection.Aborted);
            began.SetResult();
            await reading;
            await connection.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"bye {connection.EndRequested}"), connection.Aborted);
        });
        using var client = await listener.ConnectAsync();
        await began.Task.WaitAsync(cancellation);
        await listener.StopAsync();
        using var reader = new StreamReader(client.GetStream());
        Assert.That(await reader.ReadToEndAsync(cancellation), Is.EqualTo("bye Shutdown"));
    }

    [Test]
    public async Task A_client_that_does_not_read_is_cut_off(CancellationToken cancellation)
    {
        var cut = new TaskCompletionSource<string>();
        var stuck = new TaskCompletionSource();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, Limits, _time);
            try
            {
                while (true)
                {
                    var writing = connection.Output.WriteAsync(new byte[100_000], CancellationToken.None).AsTask();
                    if (await Task.WhenAny(writing, Task.Delay(500, CancellationToken.None)) != writing)
                    {
                        stuck.TrySetResult();
                    }
                    await writing;
                }
            }
            catch (IOException gone)
            {
                cut.SetResult(gone.Message);
            }
        });
        using var client = await listener.ConnectAsync();
        await stuck.Task.WaitAsync(cancellation);
        _time.Pass(TimeSpan.FromMinutes(5));
        Assert.That(await cut.Task.WaitAsync(cancellation), Is.Not.Empty);
    }

    [Test]
    public async Task A_client_that_does_not_take_the_end_is_cut_off(CancellationToken cancellation)
    {
        var cut = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            context.ConnectionClosed.Register(cut.SetResult);
            await using var connection = new ClientConnection(context, Limits, _time);
            // More than all buffers on the way hold.
            connection.Output.GetSpan(64_000_000);
            connection.Output.Advance(64_000_000);
            ended.SetResult();
        });
        using var client = await listener.ConnectAsync();
        await ended.Task.WaitAsync(cancellation);
        while (await Task.WhenAny(cut.Task, Task.Delay(20, cancellation)) != cut.Task)
        {
            _time.Pass(TimeSpan.FromSeconds(1));
        }
        var taken = 0;
        var buffer = new byte[100_000];
        try
        {
            while (await client.GetStream().ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                taken += read;
            }
        }
        catch (IOException)
        {
            // A reset.
        }
        Assert.That(taken, Is.LessThan(64_000_000));
    }

    [Test]
    public async Task A_registered_session_can_be_listed_counted_and_ended(CancellationToken cancellation)
    {
        var registry = new SessionRegistry(TimeProvider.System);
        var ready = new SemaphoreSlim(0);
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, Limits, _time);
            using var session = registry.TryRegister(connection, new("imap", "inb_1", "key_1"), perInbox: 1);
            ready.Release();
            if (session is not null)
            {
                await connection.Input.ReadAsync(connection.Aborted);
            }
        });
        using var first = await listener.ConnectAsync();
        await ready.WaitAsync(cancellation);
        using var second = await listener.ConnectAsync();
        await ready.WaitAsync(cancellation);
        Assert.That(registry.List(), Has.Count.EqualTo(1));
        Assert.That(registry.End(session => session.Login.Key == "key_2", EndReason.LoginEnded), Is.Zero);
        Assert.That(registry.End(session => session.Login.Key == "key_1", EndReason.LoginEnded), Is.EqualTo(1));
        Assert.That(await first.GetStream().ReadAsync(new byte[1], cancellation), Is.Zero);
        using var third = await listener.ConnectAsync();
        await ready.WaitAsync(cancellation);
        Assert.That(registry.List(), Has.Count.EqualTo(1));
    }

    async Task<(TestListener Listener, SemaphoreSlim Lines, Task<EndReason?> Ended)> StartReadingAsync(Action<ClientConnection> begin)
    {
        var lines = new SemaphoreSlim(0);
        var ended = new TaskCompletionSource<EndReason?>();
        var listener = await TestListener.StartAsync(context => ReadAsync(context, begin, lines, ended));
        return (listener, lines, ended.Task);
    }

    async Task ReadAsync(ConnectionContext context, Action<ClientConnection> begin, SemaphoreSlim lines, TaskCompletionSource<EndReason?> ended)
    {
        await using var connection = new ClientConnection(context, Limits, _time);
        begin(connection);
        var reader = new LineReader(connection.Input, 100);
        while ((await reader.ReadAsync(connection.Aborted)).Outcome == LineOutcome.Line)
        {
            lines.Release();
        }
        ended.SetResult(connection.EndRequested);
    }
}
