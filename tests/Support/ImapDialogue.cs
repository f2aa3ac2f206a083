using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Support;

/// <summary>Commands and their answers on one IMAP connection; an answer that takes longer than 30 s is a failure. Disposing closes the connection.</summary>
public sealed partial class ImapDialogue(LineClient line) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    int _tags;

    public LineClient Line => line;

    /// <summary>Reads the greeting.</summary>
    public static async Task<ImapDialogue> BeginAsync(Task<LineClient> connecting)
    {
        var dialogue = new ImapDialogue(await connecting);
        await dialogue.ReadAsync();
        return dialogue;
    }

    public async Task LogInAsync(string user, string key) => (await CommandAsync($"LOGIN {user} {key}")).EnsureOk();

    /// <summary>Sends a command without its tag and reads its whole answer.</summary>
    public async Task<ImapAnswer> CommandAsync(string command)
    {
        var tag = NextTag();
        await SendAsync($"{tag} {command}");
        return await AnswerAsync(tag, command);
    }

    /// <summary>Appends with a synchronizing literal.</summary>
    /// <param name="options">Flags and date, as the grammar has them; may be empty.</param>
    public Task<ImapAnswer> AppendAsync(string folder, string options, ReadOnlyMemory<byte> message) =>
        CommandAsync($"APPEND {folder} {options}".TrimEnd(), message);

    /// <summary>Sends a command that ends in a message, as a synchronizing literal.</summary>
    public async Task<ImapAnswer> CommandAsync(string command, ReadOnlyMemory<byte> message)
    {
        var tag = NextTag();
        await SendAsync(string.Create(CultureInfo.InvariantCulture, $"{tag} {command} {{{message.Length}}}"));
        // After NOTIFY something may be told before.
        var before = await AnswerAsync(tag, command, "+");
        if (!before.Status.StartsWith('+'))
        {
            return before;
        }
        using var limit = new CancellationTokenSource(Patience);
        await line.SendAsync(message, limit.Token);
        await SendAsync("");
        var answer = await AnswerAsync(tag, command);
        return answer with { Untagged = [.. before.Untagged, .. answer.Untagged], Literals = [.. before.Literals, .. answer.Literals] };
    }

    /// <summary>The octets of one message of the selected folder.</summary>
    public async Task<byte[]> FetchMessageAsync(uint uid)
    {
        var answer = (await CommandAsync($"UID FETCH {uid} (BODY.PEEK[])")).EnsureOk();
        return answer.Literals.Count == 1 ? answer.Literals[0] : throw new InvalidOperationException($"UID {uid} is not in the selected folder.");
    }

    /// <summary>Begins IDLE and reads its continuation.</summary>
    public async Task IdleAsync()
    {
        await SendAsync($"{NextTag()} IDLE");
        await ReadUntilAsync("+");
    }

    /// <summary>Idles for so long.</summary>
    public async Task<ImapAnswer> IdleAsync(TimeSpan length)
    {
        var tag = NextTag();
        await SendAsync($"{tag} IDLE");
        await Task.Delay(length);
        await SendAsync("DONE");
        return await AnswerAsync(tag, "IDLE");
    }

    /// <summary>Reads lines until one contains the text, and returns it.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (await ReadAsync() is { } received)
        {
            if (received.Contains(text, StringComparison.Ordinal))
            {
                return received;
            }
        }
        throw new InvalidOperationException($"The server closed before it said '{text}'.");
    }

    public async Task<string?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await line.ReadLineAsync(limit.Token);
    }

    public async Task SendAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        await line.SendLineAsync(text, limit.Token);
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();

    string NextTag() => string.Create(CultureInfo.InvariantCulture, $"t{++_tags}");

    /// <param name="continuation">The beginning of a response that ends the answer too; null for none.</param>
    async Task<ImapAnswer> AnswerAsync(string tag, string command, string? continuation = null)
    {
        var untagged = new List<string>();
        var literals = new List<byte[]>();
        while (await ReadResponseAsync(literals) is { } response)
        {
            if (response.StartsWith(tag + " ", StringComparison.Ordinal))
            {
                return new(command, untagged, literals, response[(tag.Length + 1)..]);
            }
            if (continuation is not null && response.StartsWith(continuation, StringComparison.Ordinal))
            {
                return new(command, untagged, literals, response);
            }
            untagged.Add(response);
        }
        return new(command, untagged, literals, "(closed)");
    }

    async Task<string?> ReadResponseAsync(List<byte[]> literals)
    {
        var response = await ReadAsync();
        while (response is not null && Literal().Match(response) is { Success: true } literal)
        {
            using var limit = new CancellationTokenSource(Patience);
            var octets = await line.ReadOctetsAsync(int.Parse(literal.Groups["octets"].Value, CultureInfo.InvariantCulture), limit.Token);
            literals.Add(octets);
            response += "\r\n" + Encoding.Latin1.GetString(octets) + await ReadAsync();
        }
        return response;
    }

    [GeneratedRegex(@"\{(?<octets>\d+)\}$")]
    private static partial Regex Literal();
}

/// <summary>What came back for a command.</summary>
/// <param name="Untagged">One per response, its literals within.</param>
/// <param name="Literals">All of them, in order.</param>
/// <param name="Status">The tagged line without its tag.</param>
public sealed record ImapAnswer(string Command, IReadOnlyList<string> Untagged, IReadOnlyList<byte[]> Literals, string Status)
{
    public ImapAnswer EnsureOk() => Status.StartsWith("OK", StringComparison.Ordinal)
        ? this
        : throw new InvalidOperationException($"{Command} was answered {Status}");
}
