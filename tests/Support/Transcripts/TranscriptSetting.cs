using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Store.Model;

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
        var connecting = server.ConnectAsync(protocol, cancellation);
        if (_loginKey is null)
        {
            return await connecting;
        }
        switch (protocol)
        {
            case "smtp":
                await (await SmtpDialogue.BeginAsync(connecting)).LogInAsync(variables["user"], variables[_loginKey]);
                break;
            // Other servers do not log in: they say who they are.
            case "mx":
                await SmtpDialogue.BeginAsync(connecting);
                break;
            case "lmtp":
                await SmtpDialogue.BeginAsync(connecting, "LHLO");
                break;
            default:
                await LogInAsync(connecting, variables[_loginKey]);
                break;
        }
        return await connecting;
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
        await using var client = await ImapDialogue.BeginAsync(server.ConnectAsync("imap", cancellation));
        await client.LogInAsync(variables["user"], variables["key"]);
        foreach (var folder in folders)
        {
            (await client.CommandAsync($"CREATE {folder.Text["folder ".Length..]}")).EnsureOk();
        }
        foreach (var append in mail)
        {
            var times = append.Groups["times"] is { Success: true } count ? int.Parse(count.Value, CultureInfo.InvariantCulture) : 1;
            for (var time = 0; time < times; time++)
            {
                await AppendAsync(client, append);
            }
        }
        (await client.CommandAsync("LOGOUT")).EnsureOk();
    }

    async Task AppendAsync(ImapDialogue client, Match mail)
    {
        var folder = mail.Groups["folder"] is { Success: true } named ? named.Value : "INBOX";
        var options = string.Concat(mail.Groups["flags"].Value, mail.Groups["date"].Value).TrimStart();
        (await client.AppendAsync(folder, options, Encoding.Latin1.GetBytes(variables.Mail(mail.Groups["file"].Value)))).EnsureOk();
    }

    async Task LogInAsync(Task<LineClient> connecting, string key)
    {
        var client = await ImapDialogue.BeginAsync(connecting);
        await client.LogInAsync(variables["user"], key);
        if (_selected is not null)
        {
            (await client.CommandAsync($"SELECT {_selected}")).EnsureOk();
        }
    }

    [GeneratedRegex(@"^mail (?<file>\S+)( in (?<folder>""[^""]*""|\S+))?(?<flags> \([^)]*\))?(?<date> ""[^""]*"")?( times (?<times>\d+))?$")]
    private static partial Regex Mail();

    [GeneratedRegex(@"^inbox (?<name>[a-z][a-z0-9]*)$")]
    private static partial Regex Inbox();

    [GeneratedRegex(@"^(logged in( with \$(?<key>[a-z]+))?|selected (?<folder>""[^""]*""|\S+))$")]
    private static partial Regex LoggedIn();

    [GeneratedRegex(@"^connection (?<number>[1-9]) (?<kind>imap|smtp|mx|lmtp)$")]
    private static partial Regex Connection();
}
