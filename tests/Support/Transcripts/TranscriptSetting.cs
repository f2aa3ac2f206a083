using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Store;

namespace AgentPost.Support.Transcripts;

/// <summary>
/// The scene before the dialogue: a fresh inbox, its keys, folders and mail, all put there through the server's own protocols, and connections
/// that are logged in where the file asks for it.
/// </summary>
sealed partial class TranscriptSetting(Transcript transcript, ITranscriptServer server, TranscriptVariables variables, string kind)
{
    static readonly IReadOnlyList<(string Variable, IReadOnlyList<string> Scopes)> Keys =
    [
        ("key", Scope.All),
        ("readonlykey", [Scope.MessagesRead]),
        ("writekey", [Scope.MessagesWrite]),
        ("nokey", [Scope.InboxesRead]),
    ];

    readonly Dictionary<int, string> _kinds = [];
    string? _loginKey;
    string? _selected;

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        variables["user"] = await server.CreateInboxAsync(cancellation);
        var inboxes = new List<string> { variables["user"] };
        var mail = new List<Match>();
        foreach (var given in transcript.Givens)
        {
            if (Mail().Match(given.Text) is { Success: true } append)
            {
                mail.Add(append);
            }
            else if (Inbox().Match(given.Text) is { Success: true } inbox)
            {
                inboxes.Add(variables[inbox.Groups["name"].Value] = await server.CreateInboxAsync(cancellation));
            }
            else
            {
                Remember(given);
            }
        }
        foreach (var (variable, scopes) in Keys.Where(key => key.Variable == "key" || Mentions(key.Variable)))
        {
            variables[variable] = await server.CreateKeyAsync(scopes, inboxes, cancellation);
        }
        await FillAsync(mail, cancellation);
    }

    public async Task<LineClient> OpenAsync(int connection, CancellationToken cancellation)
    {
        var protocol = _kinds.GetValueOrDefault(connection, kind);
        var client = await server.ConnectAsync(protocol, cancellation);
        if (_loginKey is null)
        {
            return client;
        }
        if (protocol == "smtp")
        {
            await LogInToSmtpAsync(client, cancellation);
        }
        else
        {
            await LogInToImapAsync(client, variables[_loginKey], cancellation);
            if (_selected is not null)
            {
                await CommandAsync(client, $"SELECT {_selected}", cancellation);
            }
        }
        return client;
    }

    void Remember(TranscriptGiven given)
    {
        if (LoggedIn().Match(given.Text) is { Success: true } login)
        {
            _loginKey = login.Groups["key"] is { Success: true } key ? key.Value : _loginKey ?? "key";
            _selected = login.Groups["folder"] is { Success: true } folder ? folder.Value : _selected;
        }
        else if (Connection().Match(given.Text) is { Success: true } connection)
        {
            _kinds[int.Parse(connection.Groups["number"].Value, CultureInfo.InvariantCulture)] = connection.Groups["kind"].Value;
        }
        else if (!given.Text.StartsWith("folder ", StringComparison.Ordinal))
        {
            throw new TranscriptException($"line {given.Number}: 'given: {given.Text}' is not among those in tests/Transcripts/README.md");
        }
    }

    bool Mentions(string variable) => transcript.Lines.Any(line => line.Contains('$' + variable, StringComparison.Ordinal));

    async Task FillAsync(List<Match> mail, CancellationToken cancellation)
    {
        var folders = transcript.Givens.Where(given => given.Text.StartsWith("folder ", StringComparison.Ordinal)).ToList();
        if (folders.Count + mail.Count == 0)
        {
            return;
        }
        await using var client = await server.ConnectAsync("imap", cancellation);
        await LogInToImapAsync(client, variables["key"], cancellation);
        foreach (var folder in folders)
        {
            await CommandAsync(client, $"CREATE {folder.Text["folder ".Length..]}", cancellation);
        }
        foreach (var append in mail)
        {
            var times = append.Groups["times"] is { Success: true } count ? int.Parse(count.Value, CultureInfo.InvariantCulture) : 1;
            for (var time = 0; time < times; time++)
            {
                await AppendAsync(client, append, cancellation);
            }
        }
        await CommandAsync(client, "LOGOUT", cancellation);
    }

    async Task AppendAsync(LineClient client, Match mail, CancellationToken cancellation)
    {
        var octets = variables.Mail(mail.Groups["file"].Value);
        var folder = mail.Groups["folder"] is { Success: true } named ? named.Value : "INBOX";
        var options = string.Concat(mail.Groups["flags"].Value, mail.Groups["date"].Value);
        await client.SendLineAsync($"g APPEND {folder}{options} {{{octets.Length}}}", cancellation);
        await AnswerAsync(client, "+ ", "APPEND", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(octets + "\r\n"), cancellation);
        await AnswerAsync(client, "g OK", "APPEND", cancellation);
    }

    async Task LogInToImapAsync(LineClient client, string key, CancellationToken cancellation)
    {
        await client.ReadLineAsync(cancellation);
        await CommandAsync(client, $"LOGIN {variables["user"]} {key}", cancellation);
    }

    async Task LogInToSmtpAsync(LineClient client, CancellationToken cancellation)
    {
        await client.ReadLineAsync(cancellation);
        await client.SendLineAsync("EHLO client.test", cancellation);
        await AnswerAsync(client, "250 ", "EHLO", cancellation);
        await client.SendLineAsync(variables.Expand($@"AUTH PLAIN $base64(\0$user\0${_loginKey})"), cancellation);
        await AnswerAsync(client, "235 ", "AUTH", cancellation);
    }

    static async Task CommandAsync(LineClient client, string command, CancellationToken cancellation)
    {
        await client.SendLineAsync("g " + command, cancellation);
        await AnswerAsync(client, "g OK", command, cancellation);
    }

    // Reads up to the line that ends the answer; anything but success is the set-up's failure, not the transcript's.
    static async Task AnswerAsync(LineClient client, string success, string command, CancellationToken cancellation)
    {
        while (await client.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(success, StringComparison.Ordinal))
            {
                return;
            }
            if (Final().IsMatch(line))
            {
                throw new TranscriptException($"setting the scene failed: {command} was answered {line}");
            }
        }
        throw new TranscriptException($"setting the scene failed: the server closed after {command}");
    }

    [GeneratedRegex(@"^mail (?<file>\S+)( in (?<folder>""[^""]*""|\S+))?(?<flags> \([^)]*\))?(?<date> ""[^""]*"")?( times (?<times>\d+))?$")]
    private static partial Regex Mail();

    [GeneratedRegex(@"^inbox (?<name>[a-z][a-z0-9]*)$")]
    private static partial Regex Inbox();

    [GeneratedRegex(@"^(logged in( with \$(?<key>[a-z]+))?|selected (?<folder>""[^""]*""|\S+))$")]
    private static partial Regex LoggedIn();

    [GeneratedRegex(@"^connection (?<number>[1-9]) (?<kind>imap|smtp)$")]
    private static partial Regex Connection();

    [GeneratedRegex(@"^(g |[45]\d\d |235 )")]
    private static partial Regex Final();
}
