using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Transcripts;

/// <summary>
/// What the first client of a transcript says, in the state that the file begins with, but with mistakes in it. Whatever it becomes, the server must answer
/// a command behind it or have ended the connection.
/// </summary>
public sealed partial class MutatedDialogue
{
    const int MostMutations = 6;

    // More than any literal or chunk swallows.
    const int Probes = 80;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly Transcript _transcript;
    readonly ITranscriptServer _server;
    readonly MutationDialect _dialect;
    readonly TranscriptVariables _variables;
    readonly Random _random;

    public MutatedDialogue(Transcript transcript, ITranscriptServer server, string mailFolder, int seed)
    {
        _transcript = transcript;
        _server = server;
        _dialect = MutationDialect.Of(transcript.Name);
        _variables = new(mailFolder);
        _random = new(seed);
    }

    /// <summary>Null when the server bore it; otherwise what was said to it.</summary>
    public async Task<string?> BreachAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var setting = new TranscriptSetting(_transcript, _server, _variables, _dialect.Kind);
        await setting.PrepareAsync(limit.Token);
        var said = Mutate(string.Concat(_transcript.Steps.SelectMany(step => step.Lines).Where(line => line is { Side: 'C', Connection: 1 }).Select(Octets)));
        await using var client = await setting.OpenAsync(1, limit.Token);
        try
        {
            // The server may end the connection before it has read all.
            await client.SendAsync(Encoding.Latin1.GetBytes(said + string.Concat(Enumerable.Repeat(_dialect.Probe, Probes))), limit.Token);
            while (await client.ReadLineAsync(limit.Token) is { } line && !line.StartsWith(_dialect.Answer, StringComparison.Ordinal))
            {
                if (line.Contains(_dialect.Fault, StringComparison.Ordinal))
                {
                    return said;
                }
            }
            return null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return said;
        }
    }

    string Octets(TranscriptLine line) => line.Form switch
    {
        '|' => TranscriptVariables.Unescape(line.Text),
        '<' => _variables.Mail(line.Text),
        _ => Expand(line.Text) + "\r\n",
    };

    // What the dialogue would have learnt is any number.
    string Expand(string text)
    {
        while (true)
        {
            try
            {
                return _variables.Expand(text);
            }
            catch (TranscriptException missing)
            {
                _variables[Name().Match(missing.Message).Groups["name"].Value] = "1";
            }
        }
    }

    string Mutate(string said)
    {
        var text = new StringBuilder(said);
        for (var left = 1 + _random.Next(MostMutations); left > 0; left--)
        {
            var at = _random.Next(text.Length + 1);
            var length = Math.Min(_random.Next(8), text.Length - at);
            _ = _random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.ToString(at, length)),
                2 => text.Remove(at, Math.Min(length, 1)).Insert(at, Piece()),
                _ => text.Insert(at, Piece()),
            };
        }
        return _dialect.Tame(text.ToString());
    }

    string Piece() => _dialect.Pieces[_random.Next(_dialect.Pieces.Count)];

    [GeneratedRegex(@"\$(?<name>[a-z0-9]+) has no value")]
    private static partial Regex Name();
}
