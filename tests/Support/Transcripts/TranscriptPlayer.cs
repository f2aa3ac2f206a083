using System.Text;

namespace AgentPost.Support.Transcripts;

/// <summary>Plays one transcript against a server. What was said is recorded, so that a failure shows it.</summary>
public sealed class TranscriptPlayer : IAsyncDisposable
{
    const string Anything = "(any lines)";
    const string Closed = "(closed)";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly Transcript _transcript;
    readonly TranscriptVariables _variables;
    readonly TranscriptSetting _setting;
    readonly TranscriptPace _pace;
    readonly Dictionary<int, LineClient> _connections = [];
    readonly StringBuilder _record = new();

    public TranscriptPlayer(Transcript transcript, ITranscriptServer server, string mailFolder, string kind, TranscriptPace pace)
    {
        _transcript = transcript;
        _pace = pace;
        _variables = new(mailFolder);
        _setting = new(transcript, server, _variables, kind);
    }

    public async Task PlayAsync()
    {
        await RunAsync(number: 0, _setting.PrepareAsync);
        for (var step = 0; step < _transcript.Steps.Count; step++)
        {
            var lines = _transcript.Steps[step].Lines;
            if (lines[0] is { Side: 'C' } first)
            {
                var last = LastOfPacket(step);
                await RunAsync(first.Number, limit => SendAsync(step, last, limit));
                step = last;
            }
            else if (_transcript.Steps[step].InAnyOrder)
            {
                await ExpectAnyOrderAsync(lines);
            }
            else if (lines[0].Text == Anything)
            {
                await SkipAsync(lines[0], ++step);
            }
            else
            {
                await ExpectAsync(lines[0]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }
    }

    // Lines sent one after the other on one connection go out in one packet.
    int LastOfPacket(int step)
    {
        var connection = _transcript.Steps[step].Lines[0].Connection;
        while (step + 1 < _transcript.Steps.Count
            && _transcript.Steps[step + 1].Lines[0] is { Side: 'C' } next && next.Connection == connection)
        {
            step++;
        }
        return step;
    }

    async Task SendAsync(int first, int last, CancellationToken limit)
    {
        var packet = new StringBuilder();
        for (var step = first; step <= last; step++)
        {
            var line = _transcript.Steps[step].Lines[0];
            var octets = Octets(line);
            packet.Append(octets);
            Record(line, octets);
        }
        var client = await ClientAsync(_transcript.Steps[first].Lines[0].Connection, limit);
        var octetsToSend = Encoding.Latin1.GetBytes(packet.ToString());
        await (_pace is TranscriptPace.Octets ? SendOctetsAsync(client, octetsToSend, limit) : client.SendAsync(octetsToSend, limit));
    }

    static async Task SendOctetsAsync(LineClient client, ReadOnlyMemory<byte> octets, CancellationToken limit)
    {
        try
        {
            for (var at = 0; at < octets.Length; at++)
            {
                await client.SendAsync(octets.Slice(at, 1), limit);
            }
        }
        catch (IOException)
        {
            // A server that says goodbye closes while the rest is still on its way; the next line that is read tells whether it was to.
        }
    }

    string Octets(TranscriptLine line) => line.Form switch
    {
        '|' => TranscriptVariables.Unescape(line.Text),
        '<' => _variables.Mail(line.Text),
        _ => _variables.Expand(line.Text) + "\r\n",
    };

    async Task ExpectAsync(TranscriptLine expected)
    {
        if (expected.Form == '<')
        {
            await ExpectOctetsAsync(expected, _variables.Mail(expected.Text));
            return;
        }
        var actual = await ReadAsync(expected);
        if (!Matches(expected, actual))
        {
            throw Failure(expected.Number, $"expected: {expected.Text}\nreceived: {actual ?? Closed}");
        }
    }

    async Task ExpectOctetsAsync(TranscriptLine expected, string octets)
    {
        var actual = "";
        await RunAsync(expected.Number, async limit => actual =
            Encoding.Latin1.GetString(await (await ClientAsync(expected.Connection, limit)).ReadOctetsAsync(octets.Length, limit)));
        Record(expected, actual);
        if (actual != octets)
        {
            var at = octets.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            throw Failure(expected.Number, $"the octets differ from {expected.Text} at offset {at} of {octets.Length}");
        }
    }

    async Task ExpectAnyOrderAsync(IReadOnlyList<TranscriptLine> lines)
    {
        var missing = lines.ToList();
        while (missing.Count > 0)
        {
            var actual = await ReadAsync(missing[0]);
            var found = missing.FirstOrDefault(line => line.Connection == missing[0].Connection && Matches(line, actual))
                ?? throw Failure(
                    missing[0].Number,
                    $"expected, in any order:\n{string.Join('\n', missing.Select(line => "  " + line.Text))}\nreceived: {actual ?? Closed}");
            missing.Remove(found);
        }
    }

    async Task SkipAsync(TranscriptLine anything, int untilStep)
    {
        var until = untilStep < _transcript.Steps.Count ? _transcript.Steps[untilStep].Lines[0] : anything;
        if (until.Side != 'S' || until.Form == '<' || until.Connection != anything.Connection || until == anything)
        {
            throw Failure(anything.Number, $"after '{Anything}' an S line of the same connection must say up to where");
        }
        while (await ReadAsync(until) is var actual && !Matches(until, actual))
        {
            if (actual is null)
            {
                throw Failure(until.Number, $"expected, sooner or later: {until.Text}\nreceived: {Closed}");
            }
        }
    }

    bool Matches(TranscriptLine expected, string? actual) => (expected.Form, expected.Text, actual) switch
    {
        (':', Closed, null) => true,
        (_, _, null) => false,
        ('|', var text, _) => TranscriptVariables.Unescape(text) == actual,
        (_, var text, _) => _variables.TryMatch(text, actual),
    };

    async Task<string?> ReadAsync(TranscriptLine expected)
    {
        string? actual = null;
        await RunAsync(expected.Number, async limit => actual = await (await ClientAsync(expected.Connection, limit)).ReadLineAsync(limit));
        Record(expected, actual ?? Closed);
        return actual;
    }

    async Task<LineClient> ClientAsync(int connection, CancellationToken limit)
    {
        if (!_connections.TryGetValue(connection, out var client))
        {
            _connections[connection] = client = await _setting.OpenAsync(connection, limit);
        }
        return client;
    }

    async Task RunAsync(int number, Func<CancellationToken, Task> step)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await step(limit.Token);
        }
        catch (OperationCanceledException inner) when (limit.IsCancellationRequested)
        {
            throw Failure(number, $"nothing came within {Patience.TotalSeconds:0} s", inner);
        }
        catch (Exception inner) when (inner is TranscriptException or InvalidOperationException or IOException or System.Net.Sockets.SocketException)
        {
            throw Failure(number, inner.Message, inner);
        }
    }

    void Record(TranscriptLine line, string octets) =>
        _record.Append(line.Side).Append(line.Connection).Append(": ").Append(octets.TrimEnd('\r', '\n')).Append('\n');

    TranscriptException Failure(int number, string what, Exception? inner = null)
    {
        var marked = _transcript.Lines.Select((line, index) => $"{(index + 1 == number ? ">>>" : "   ")} {index + 1,3} {line}");
        var text = $"{_transcript.Name}, line {number}: {what}\n\n{string.Join('\n', marked)}\n\nWhat was said:\n{_record}";
        return new(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text)), inner);
    }
}
