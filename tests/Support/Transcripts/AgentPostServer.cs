using System.Globalization;
using AgentPost.Store;

namespace AgentPost.Support.Transcripts;

/// <summary>A running AgentPost; accounts are made in its database at once, without starting the program for each.</summary>
public sealed class AgentPostServer(ProgramUnderTest program, MailStore store) : ITranscriptServer
{
    int _inboxes;

    public Task<LineClient> ConnectAsync(string kind, CancellationToken cancellation) => kind switch
    {
        "smtp" => program.ConnectSmtpAsync(cancellation),
        "mx" => program.ConnectMxAsync(cancellation),
        "lmtp" => program.ConnectLmtpAsync(cancellation),
        _ => program.ConnectImapAsync(cancellation),
    };

    public async Task<string> CreateInboxAsync(CancellationToken cancellation)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"agent{Interlocked.Increment(ref _inboxes)}@transcript.test");
        await store.Accounts.CreateInboxAsync(address, null, cancellation);
        return address;
    }

    public async Task<string> CreateKeyAsync(IReadOnlyList<string> scopes, IReadOnlyList<string> inboxes, CancellationToken cancellation) =>
        (await store.Accounts.CreateKeyAsync(new(scopes, inboxes, null, ExpiresAt: null), cancellation)).Secret;
}
