using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Tls;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>Submission on a real listener with TLS, in front of a real store with one inbox and one key.</summary>
sealed class SubmissionServer : IAsyncDisposable
{
    public const string Address = "agent@agentpost.test";

    readonly string _folder = Directory.CreateTempSubdirectory("smtp").FullName;
    readonly TlsCertificates _certificates;
    TestListener? _listener;
    TestListener? _clearListener;

    SubmissionServer(MailStore store, string key, SmtpOptions options, ConnectionGuard guard)
    {
        Store = store;
        Key = key;
        Options = options;
        Guard = guard;
        _certificates = TlsCertificates.FromPrivateCa(_folder, "localhost", NullLogger<TlsCertificates>.Instance, TimeProvider.System);
    }

    public MailStore Store { get; }
    public string Key { get; }
    public SmtpOptions Options { get; }
    public ConnectionGuard Guard { get; }
    /// <summary>Null only for certificates that are given.</summary>
    public string? CaPath => _certificates.CaPath;
    public SessionRegistry Registry { get; } = new(TimeProvider.System);
    public TestListener Listener => _listener ?? throw new InvalidOperationException("Not started.");
    /// <summary>Where TLS begins with STARTTLS.</summary>
    public TestListener ClearListener => _clearListener ?? throw new InvalidOperationException("Not started.");

    public string Login => "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{Address}\0{Key}"));

    /// <param name="time">The clock of guard and sessions.</param>
    public static async Task<SubmissionServer> StartAsync(
        TestDatabase database, SmtpOptions? options = null, int connectionsPerAddress = int.MaxValue, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var store = await database.OpenStoreAsync();
        await store.Accounts.CreateInboxAsync(Address, null, default);
        var key = await store.Accounts.CreateKeyAsync(new([Scope.MessagesWrite], [], null, null), default);
        var server = new SubmissionServer(store, key.Secret, options ?? new("mail.example.test"), new(connectionsPerAddress, time));
        await server.ListenAsync(time);
        return server;
    }

    /// <summary>Connects and reads the greeting.</summary>
    public async Task<LineClient> ConnectAsync(CancellationToken cancellation)
    {
        var client = await LineClient.ConnectAsync("localhost", Listener.Port, null, cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Does.StartWith("220 "));
        return client;
    }

    /// <summary>Connects in the clear, reads the greeting and says EHLO.</summary>
    public async Task<LineClient> ConnectInTheClearAsync(CancellationToken cancellation)
    {
        var client = await LineClient.ConnectPlainAsync("localhost", ClearListener.Port, cancellation);
        await ExpectAsync(client, "220 ", cancellation);
        await AskAsync(client, "EHLO client.test", "250 ", cancellation);
        return client;
    }

    public async Task<LineClient> ConnectLoggedInAsync(CancellationToken cancellation)
    {
        var client = await ConnectAsync(cancellation);
        await AskAsync(client, "EHLO client.test", "250 ", cancellation);
        await AskAsync(client, Login, "235 2.7.0", cancellation);
        return client;
    }

    /// <summary>Sends a line and reads the whole answer, whose last line must begin so.</summary>
    public static async Task<string> AskAsync(LineClient client, string line, string expected, CancellationToken cancellation)
    {
        await client.SendLineAsync(line, cancellation);
        return await ExpectAsync(client, expected, cancellation);
    }

    public static async Task<string> ExpectAsync(LineClient client, string expected, CancellationToken cancellation)
    {
        var answer = await client.ReadLineAsync(cancellation);
        while (answer is { Length: > 3 } && answer[3] == '-')
        {
            answer = await client.ReadLineAsync(cancellation);
        }
        Assert.That(answer, Does.StartWith(expected));
        return answer!;
    }

    public static async Task BeginDataAsync(LineClient client, CancellationToken cancellation)
    {
        await AskAsync(client, $"MAIL FROM:<{Address}>", "250 2.1.0", cancellation);
        await AskAsync(client, $"RCPT TO:<{Address}>", "250 2.1.5", cancellation);
        await AskAsync(client, "DATA", "354 ", cancellation);
    }

    /// <summary>The messages of a folder of the inbox, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ReadFolderAsync(FolderName name)
    {
        var inbox = await Store.Accounts.FindInboxAsync(Address, default);
        var folder = await Store.Folders.FindAsync(inbox!.Id, name, default);
        using var lease = await Store.Live.OpenAsync(new(inbox.Id, folder!.Id), default);
        var snapshot = await lease.Folder.RefreshAsync(default);
        var uids = Enumerable.Range(0, snapshot.Count).Select(index => snapshot[index].Uid).ToArray();
        using var batch = await Store.Messages.ReadBatchAsync(new(inbox.Id, folder.Id), uids, MessageColumns.Octets, default);
        return [.. batch.Rows.Select(row => Encoding.Latin1.GetString(row.Octets.Span))];
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await ClearListener.DisposeAsync();
        await Store.DisposeAsync();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task ListenAsync(TimeProvider time)
    {
        var tls = new TlsMiddleware(_certificates, default, NullLogger<TlsMiddleware>.Instance);
        var handler = new SmtpConnectionHandler(Options, Store, Guard, Registry, time, NullLogger<SmtpConnectionHandler>.Instance);
        _listener = await TestListener.StartAsync(handler.OnConnectedAsync, tls.Accept);
        _clearListener = await TestListener.StartAsync(handler.OnConnectedAsync, tls.Offer);
    }
}
