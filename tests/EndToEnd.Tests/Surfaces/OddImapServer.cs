using System.Globalization;
using System.Text.RegularExpressions;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>
/// An IMAP server over TLS with one mailbox. It follows the RFC where its properties do not say otherwise.
/// </summary>
sealed partial class OddImapServer : IAsyncDisposable
{
    readonly ScriptedServer _server;
    readonly List<(uint Uid, string Text)> _messages = [];

    public OddImapServer() => _server = new(RunAsync);

    public int Port => _server.Port;

    public IReadOnlyList<string> Heard => _server.Heard;

    public bool IsStartTls { get; init; }

    public string Greeting { get; init; } = "* OK ready\r\n";

    public string Capabilities { get; init; } = "IMAP4rev1 AUTH=PLAIN";

    public string CapabilitiesAfterLogin { get; init; } = "IMAP4rev1";

    /// <summary>
    /// The response to a command that starts so, in place of the usual one. TAG stands for its tag; an empty response
    /// closes the connection.
    /// </summary>
    public Dictionary<string, string> Answers { get; init; } = [];

    public Func<uint, string, string> Describe { get; init; } = (uid, text) =>
        string.Create(CultureInfo.InvariantCulture, $"(UID {uid} INTERNALDATE \"{DateTimeOffset.UtcNow:dd-MMM-yyyy HH:mm:ss} +0000\" RFC822.SIZE {text.Length})");

    public Func<uint, string, string> Body { get; init; } = (uid, text) => string.Create(CultureInfo.InvariantCulture, $"(UID {uid} BODY[] {{{text.Length}}}\r\n{text})");

    /// <summary>Untagged responses that are sent before the result of each command.</summary>
    public string Chatter { get; init; } = "";

    public string SelectData { get; init; } = "* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 100]\r\n";

    public Func<IEnumerable<uint>, string> Found { get; init; } = uids => $"* SEARCH {string.Join(' ', uids)}\r\n";

    /// <summary>What the server sends during IDLE.</summary>
    public string IdleData { get; init; } = "";

    public string LineEnd { get; init; } = "\r\n";

    public OddImapServer With(params string[] texts)
    {
        lock (_messages)
        {
            foreach (var text in texts)
            {
                _messages.Add(((uint)(_messages.Count + 1) * 10, text.Replace("\r\n", LineEnd, StringComparison.Ordinal)));
            }
        }
        return this;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task RunAsync(ScriptedConnection connection)
    {
        var isStartTls = IsStartTls;
        if (!isStartTls)
        {
            await connection.StartTlsAsync();
        }
        await connection.SayAsync(Greeting);
        while (await connection.HearAsync() is { } line)
        {
            var (tag, command) = line.Split(' ', 2) is [var first, var rest] ? (first, rest) : (line, "");
            var key = Answers.Keys.FirstOrDefault(start => command.StartsWith(start, StringComparison.OrdinalIgnoreCase));
            var answer = key is null ? await AnswerAsync(connection, command) : Answers[key];
            if (answer.Length == 0)
            {
                return;
            }
            await connection.SayAsync(answer.Replace("TAG", tag, StringComparison.Ordinal).Replace("\r\n", LineEnd, StringComparison.Ordinal));
            if (command == "STARTTLS")
            {
                await connection.StartTlsAsync();
            }
            if (command == "LOGOUT")
            {
                return;
            }
        }
    }

    async Task<string> AnswerAsync(ScriptedConnection connection, string command)
    {
        var verb = command.Split(' ')[0].ToUpperInvariant();
        switch (verb)
        {
            case "CAPABILITY":
                var isLoggedIn = Heard.Any(line => line.Contains("LOGIN", StringComparison.Ordinal) || line.Contains("AUTHENTICATE", StringComparison.Ordinal));
                return $"* CAPABILITY {(isLoggedIn ? CapabilitiesAfterLogin : Capabilities)}\r\nTAG OK done\r\n";
            case "AUTHENTICATE" when command.Split(' ').Length == 2:
                await connection.SayAsync("+ \r\n");
                await connection.HearAsync();
                return "TAG OK done\r\n";
            case "LIST":
                return "* LIST () \"/\" INBOX\r\nTAG OK done\r\n";
            case "EXAMINE":
                return $"* {Count} EXISTS\r\n{SelectData}{Chatter}TAG OK [READ-ONLY] done\r\n";
            case "IDLE":
                await connection.SayAsync("+ idling\r\n" + IdleData);
                await connection.HearAsync();
                return "TAG OK done\r\n";
            case "UID" when command.StartsWith("UID SEARCH", StringComparison.Ordinal):
                return $"{Found(Search(command))}{Chatter}TAG OK done\r\n";
            case "UID":
                return $"{Fetch(command)}{Chatter}TAG OK done\r\n";
            default:
                return $"{Chatter}TAG OK done\r\n";
        }
    }

    int Count
    {
        get
        {
            lock (_messages)
            {
                return _messages.Count;
            }
        }
    }

    IEnumerable<uint> Search(string command)
    {
        var first = FirstUid().Match(command) is { Success: true } match ? uint.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        lock (_messages)
        {
            return [.. _messages.Select(message => message.Uid).Where(uid => uid >= first)];
        }
    }

    string Fetch(string command)
    {
        var set = command.Split(' ')[2].Split(',').Select(range => range.Split(':').Select(uint.Parse).ToList()).ToList();
        lock (_messages)
        {
            return string.Concat(_messages.Index()
                .Where(message => set.Exists(range => message.Item.Uid >= range[0] && message.Item.Uid <= range[^1]))
                .Select(message => (message.Index + 1, (command.Contains("BODY", StringComparison.Ordinal) ? Body : Describe)(message.Item.Uid, message.Item.Text)))
                .Where(response => response.Item2.Length > 0)
                .Select(response => string.Create(CultureInfo.InvariantCulture, $"* {response.Item1} FETCH {response.Item2}\r\n")));
        }
    }

    [GeneratedRegex(@"UID (\d+):\*")]
    private static partial Regex FirstUid();
}
