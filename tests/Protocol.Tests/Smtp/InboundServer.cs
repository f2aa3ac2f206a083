using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Tls;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>One door for mail from other servers on a real listener, in front of a real store with one inbox.</summary>
sealed class InboundServer : IAsyncDisposable
{
    public const string Address = "agent@agentpost.test";

    readonly string _folder = Directory.CreateTempSubdirectory("inbound").FullName;
    readonly TlsCertificates _certificates;
    TestListener? _listener;

    InboundServer(MailStore store)
    {
        Store = store;
        _certificates = TlsCertificates.FromPrivateCa(_folder, "localhost", NullLogger<TlsCertificates>.Instance, TimeProvider.System);
    }

    public MailStore Store { get; }

    public int Port => _listener?.Port ?? throw new InvalidOperationException("Not started.");

    public static async Task<InboundServer> StartAsync(
        TestDatabase database, SmtpOptions options, Authenticator? authenticator = null, int connectionsPerAddress = int.MaxValue, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var store = await database.OpenStoreAsync();
        await store.Accounts.CreateInboxAsync(Address, null, default);
        var server = new InboundServer(store);
        var handler = new InboundConnectionHandler(
            options with { Limits = new(Timeout.InfiniteTimeSpan, TimeSpan.FromMinutes(5)) },
            store,
            new(connectionsPerAddress, time),
            authenticator,
            time,
            NullLogger<InboundConnectionHandler>.Instance);
        var tls = new TlsMiddleware(server._certificates, default, NullLogger<TlsMiddleware>.Instance);
        server._listener = await TestListener.StartAsync(handler.OnConnectedAsync, tls.Offer);
        return server;
    }

    /// <summary>Connects, reads the greeting and says EHLO or LHLO.</summary>
    public async Task<LineClient> ConnectAsync(string verb, CancellationToken cancellation)
    {
        var client = await LineClient.ConnectPlainAsync("localhost", Port, cancellation);
        await SubmissionServer.ExpectAsync(client, "220 ", cancellation);
        await SubmissionServer.AskAsync(client, $"{verb} client.test", "250 ", cancellation);
        return client;
    }

    public static async Task BeginAsync(LineClient client, CancellationToken cancellation)
    {
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, $"RCPT TO:<{Address}>", "250 2.1.5", cancellation);
    }

    /// <summary>The messages of the inbox, oldest first, each with its keywords before it.</summary>
    public async Task<IReadOnlyList<(KeywordSet Keywords, string Text)>> ReadAsync()
    {
        var inbox = await Store.Accounts.FindInboxAsync(Address, default);
        var folder = await Store.Folders.FindAsync(inbox!.Id, FolderName.Inbox, default);
        using var lease = await Store.Live.OpenAsync(new(inbox.Id, folder!.Id), default);
        var snapshot = await lease.Folder.RefreshAsync(default);
        var entries = Enumerable.Range(0, snapshot.Count).Select(index => snapshot[index]).ToArray();
        using var batch = await Store.Messages.ReadBatchAsync(new(inbox.Id, folder.Id), entries.Select(entry => entry.Uid).ToArray(), MessageColumns.Octets, default);
        return [.. batch.Rows.Select((row, index) => (entries[index].Keywords, System.Text.Encoding.Latin1.GetString(row.Octets.Span)))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }
        await Store.DisposeAsync();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
