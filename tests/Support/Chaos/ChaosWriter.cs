using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Chaos;

/// <summary>
/// A client that hands over one message after the other. Where the protocol lets a client repeat itself without
/// doubling (submission, HTTP, LMTP), it repeats a message until the server acknowledges it, on any host.
/// </summary>
abstract partial class ChaosWriter(ChaosWorld world, int seed)
{
    const int NotedAttempts = 5;

    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan MessagePause = TimeSpan.FromMilliseconds(100);

    // A request that a frozen host holds is given up for another.
    static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(20);

    protected ChaosWorld World => world;

    protected Random Random { get; } = new(seed);

    protected abstract string Channel { get; }

    protected abstract IReadOnlyList<Place> Places { get; }

    protected abstract bool Repeats { get; }

    public static IReadOnlyList<ChaosWriter> All(ChaosWorld world, ChaosPlan plan) =>
    [
        new Append(world, plan.Seed), new Append(world, plan.Seed + 1), new Submission(world, plan.Seed + 2),
        new Submission(world, plan.Seed + 3), new Http(world, plan.Seed + 4),
        new Lmtp(world, plan.Seed + 5),
    ];

    /// <param name="stop">No new message is begun.</param>
    /// <param name="end">No message is repeated any more.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken end)
    {
        while (!stop.IsCancellationRequested)
        {
            await HandOverAsync(world.Ledger.Begin(Channel, Places), end);
            await Task.Delay(MessagePause * (1 + Random.NextDouble()), stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await CloseAsync();
    }

    async Task HandOverAsync(LedgerEntry entry, CancellationToken end)
    {
        var content = Random.Next();
        do
        {
            entry.Attempt();
            var host = world.Hosts[Random.Next(world.Hosts.Count)];
            try
            {
                var (state, answer) = await TryAsync(host, entry, new(content))
                    .WaitAsync(AttemptLimit, CancellationToken.None);
                entry.Settle(state, $"{host.Name}: {answer}");
            }
            // Whatever went wrong with the connection, the client does not know what became of the message.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                entry.Settle(LedgerState.Unknown, $"{host.Name}: {failure.GetType().Name}: {failure.Message}");
            }
            if (entry.State is not LedgerState.Acknowledged)
            {
                if (entry.Attempts % NotedAttempts == 0)
                {
                    world.Ledger.Note($"Not yet acknowledged: {entry}");
                }
                await CloseAsync();
                await Task.Delay(RetryPause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (Repeats && entry.State is not LedgerState.Acknowledged && !end.IsCancellationRequested);
    }

    /// <summary>Makes one attempt. Throws anything if the outcome is unknown.</summary>
    protected abstract Task<(LedgerState State, string Answer)> TryAsync(ChaosHost host, LedgerEntry entry,
        Random content);

    protected virtual Task CloseAsync() => Task.CompletedTask;

    /// <summary>APPEND: a client that repeats it may double the message, so it does not.</summary>
    sealed partial class Append(ChaosWorld world, int seed) : ChaosWriter(world, seed)
    {
        (ChaosHost Host, ImapDialogue Imap)? _connection;

        protected override string Channel => "IMAP APPEND";

        protected override IReadOnlyList<Place> Places => [new(ChaosWorld.Agent, ChaosWorld.Folder)];

        protected override bool Repeats => false;

        protected override async Task<(LedgerState State, string Answer)> TryAsync(ChaosHost host, LedgerEntry entry,
            Random content)
        {
            if (_connection is null)
            {
                var begun = await ImapDialogue.BeginAsync(host.Program.ConnectImapAsync(CancellationToken.None));
                await begun.LogInAsync(ChaosWorld.Agent, World.Key);
                _connection = (host, begun);
            }
            var (at, imap) = _connection.Value;
            var message = ChaosMessage.Create(entry.Token, ChaosWorld.Agent, ChaosWorld.Agent, content);
            var answer = (await imap.AppendAsync(ChaosWorld.Folder, "", message)).Status;
            if (!answer.StartsWith("OK", StringComparison.Ordinal))
            {
                // UNAVAILABLE: the server does not know either (RFC 5530).
                return (answer.StartsWith("NO", StringComparison.Ordinal)
                    && !answer.Contains("UNAVAILABLE", StringComparison.Ordinal)
                    ? LedgerState.Rejected : LedgerState.Unknown, $"{at.Name}: {answer}");
            }
            var uid = uint.Parse(AppendUid().Match(answer).Groups["uid"].Value, CultureInfo.InvariantCulture);
            World.Books[0].Acknowledge(at.Name, uid, entry.Token);
            return (LedgerState.Acknowledged, $"{at.Name}: {answer}");
        }

        protected override async Task CloseAsync()
        {
            if (_connection is var (_, imap))
            {
                await imap.DisposeAsync();
                _connection = null;
            }
        }

        [GeneratedRegex(@"APPENDUID \d+ (?<uid>\d+)")]
        private static partial Regex AppendUid();
    }

    /// <summary>
    /// SMTP: the server knows a message that it has accepted by its Message-ID, content and recipients.
    /// </summary>
    sealed class Submission(ChaosWorld world, int seed) : ChaosWriter(world, seed)
    {
        protected override string Channel => "SMTP submission";

        protected override IReadOnlyList<Place> Places =>
            [new(ChaosWorld.Agent, "Sent"), new(ChaosWorld.Reader, "INBOX")];

        protected override bool Repeats => true;

        protected override async Task<(LedgerState State, string Answer)> TryAsync(ChaosHost host, LedgerEntry entry,
            Random content)
        {
            await using var smtp = await SmtpDialogue.BeginAsync(host.Program.ConnectSmtpAsync(CancellationToken.None));
            await smtp.LogInAsync(ChaosWorld.Agent, World.Key);
            var message = ChaosMessage.Create(entry.Token, ChaosWorld.Agent, ChaosWorld.Reader, content);
            var answer = await smtp.SubmitAsync(ChaosWorld.Agent, [ChaosWorld.Reader], message);
            return (answer.StartsWith('2') ? LedgerState.Acknowledged : LedgerState.Unknown, answer);
        }
    }

    /// <summary>HTTP: the request has an Idempotency-Key.</summary>
    sealed class Http(ChaosWorld world, int seed) : ChaosWriter(world, seed)
    {
        protected override string Channel => "HTTP send";

        protected override IReadOnlyList<Place> Places =>
            [new(ChaosWorld.Agent, "Sent"), new(ChaosWorld.Reader, "INBOX")];

        protected override bool Repeats => true;

        protected override async Task<(LedgerState State, string Answer)> TryAsync(ChaosHost host, LedgerEntry entry,
            Random content)
        {
            using var client = host.ConnectHttp(World.Key);
            using var request = new HttpRequestMessage(HttpMethod.Post,
                new Uri($"/api/v1/inboxes/{ChaosWorld.Agent}/messages", UriKind.Relative));
            request.Headers.Add("Idempotency-Key", entry.Token);
            var body = JsonSerializer.Serialize(
                new
                {
                    to = new[] { ChaosWorld.Reader },
                    subject = entry.Token,
                    text_body = ChaosMessage.Body(entry.Token, content),
                });
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request);
            var answer = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
            return (response.IsSuccessStatusCode ? LedgerState.Acknowledged : LedgerState.Unknown, answer);
        }
    }

    /// <summary>LMTP: a server in front repeats what was not answered, with the same content (RFC 2033).</summary>
    sealed class Lmtp(ChaosWorld world, int seed) : ChaosWriter(world, seed)
    {
        protected override string Channel => "LMTP";

        protected override IReadOnlyList<Place> Places => [new(ChaosWorld.Customer, "INBOX")];

        protected override bool Repeats => true;

        protected override async Task<(LedgerState State, string Answer)> TryAsync(ChaosHost host, LedgerEntry entry,
            Random content)
        {
            await using var lmtp = await SmtpDialogue.BeginAsync(host.Program.ConnectLmtpAsync(CancellationToken.None),
                "LHLO");
            var message = ChaosMessage.Create(entry.Token, "bob@elsewhere.test", ChaosWorld.Customer, content);
            var answer = await lmtp.SubmitAsync("bob@elsewhere.test", [ChaosWorld.Customer], message);
            return (answer.StartsWith('2') ? LedgerState.Acknowledged : LedgerState.Unknown, answer);
        }
    }
}
