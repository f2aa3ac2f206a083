using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Tls;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>IMAP on a real listener with TLS, in front of a real store with one inbox and one key, with options that no setting has.</summary>
sealed class ImapServer : IAsyncDisposable
{
    const string Address = "agent@agentpost.test";

    readonly string _folder;
    readonly TestListener _listener;
    readonly TlsCertificates _certificates;
    readonly string _key;

    ImapServer(MailStore store, string key, string folder, TlsCertificates certificates, TestListener listener)
    {
        Store = store;
        _key = key;
        _folder = folder;
        _certificates = certificates;
        _listener = listener;
    }

    public MailStore Store { get; }

    public static async Task<ImapServer> StartAsync(TestDatabase database, ImapOptions options)
    {
        var store = await database.OpenStoreAsync();
        await store.Accounts.CreateInboxAsync(Address, null, default);
        var key = await store.Accounts.CreateKeyAsync(new(Scope.All, [], null, null), default);
        var folder = Directory.CreateTempSubdirectory("imap").FullName;
        var certificates = TlsCertificates.FromPrivateCa(folder, "localhost", NullLogger<TlsCertificates>.Instance, TimeProvider.System);
        var handler = new ImapConnectionHandler(
            store, options, new(int.MaxValue, TimeProvider.System), new(TimeProvider.System), TimeProvider.System, NullLogger<ImapConnectionHandler>.Instance);
        var tls = new TlsMiddleware(certificates, default, NullLogger<TlsMiddleware>.Instance);
        return new(store, key.Secret, folder, certificates, await TestListener.StartAsync(handler.OnConnectedAsync, tls.Accept));
    }

    public async Task<ImapDialogue> LogInAsync()
    {
        var imap = await ImapDialogue.BeginAsync(LineClient.ConnectAsync("localhost", _listener.Port, null, CancellationToken.None));
        await imap.LogInAsync(Address, _key);
        return imap;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Store.DisposeAsync();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
