using System.Text;
using Npgsql;

namespace AgentPost.Store.Tests.Plans;

/// <summary>The plans of all statements in one database, read from the server's log, where auto_explain writes them.</summary>
sealed class PlanLog
{
    readonly Mailbox _mail;
    readonly string _path;
    long _position;

    PlanLog(Mailbox mail, string path)
    {
        _mail = mail;
        _path = path;
    }

    /// <summary>Starts logging for connections that are opened from now on.</summary>
    public static async Task<PlanLog> StartAsync(Mailbox mail)
    {
        var database = new NpgsqlConnectionStringBuilder(mail.ConnectionString).Database;
        foreach (var (name, value) in new[]
        {
            ("session_preload_libraries", "auto_explain"), ("auto_explain.log_min_duration", "0"), ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_buffers", "on"), ("auto_explain.log_timing", "off"), ("auto_explain.log_format", "json"),
        })
        {
            await mail.ExecuteAsync($"alter database {database} set {name} = '{value}'");
        }
        return new(mail, Path.Combine(await mail.ScalarAsync<string>("select current_setting('data_directory')"), "..", "postgres.log"));
    }

    /// <summary>Returns the statements that were logged since the last call.</summary>
    public async Task<IReadOnlyList<ExplainedStatement>> ReadAsync()
    {
        var mark = $"mark {Guid.NewGuid():N}";
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            // Again each time: the line may be lost when the server limits its log.
            await _mail.ExecuteAsync($"do $$ begin raise log '{mark}'; end $$");
            await Task.Delay(20, deadline.Token);
            var (text, end) = await ReadLogAsync(deadline.Token);
            if (text.Contains(mark, StringComparison.Ordinal))
            {
                _position = end;
                return [.. Parse(text).Where(statement => !statement.Text.Contains("raise log 'mark", StringComparison.Ordinal))];
            }
        }
    }

    // A log above its limit is copied and emptied while the server runs.
    async Task<(string Text, long End)> ReadLogAsync(CancellationToken cancellation)
    {
        var length = new FileInfo(_path).Length;
        var earlier = length < _position ? (await ReadFromAsync(_path + ".old", _position, cancellation)).Text : "";
        var (text, end) = await ReadFromAsync(_path, length < _position ? 0 : _position, cancellation);
        return (earlier + text, end);
    }

    static async Task<(string Text, long End)> ReadFromAsync(string path, long position, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = position;
        var text = await new StreamReader(file, Encoding.UTF8).ReadToEndAsync(cancellation);
        return (text, file.Position);
    }

    // 2026-01-01 00:00:00.000 UTC [1] LOG:  duration: 0.1 ms  plan:
    //     { … }      each line of it indented by a tab
    static IEnumerable<ExplainedStatement> Parse(string text)
    {
        StringBuilder? json = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('\t'))
            {
                json?.Append(line.AsSpan(1)).Append('\n');
                continue;
            }
            if (json is not null)
            {
                yield return ExplainedStatement.Parse(json.ToString());
            }
            json = line.EndsWith("plan:", StringComparison.Ordinal) ? new() : null;
        }
    }
}
