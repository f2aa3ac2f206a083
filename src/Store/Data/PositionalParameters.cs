using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// Creates statements with positional parameters (<c>$1</c>, <c>$2</c>, …), which Npgsql sends unchanged.
/// </summary>
static class PositionalParameters
{
    /// <summary>Creates a command. The caller must dispose it.</summary>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddAll(values);
        return command;
    }

    /// <summary>
    /// Same as <see cref="Command"/>, without a timeout, for work of <see cref="Database.SearchAsync"/>, which limits
    /// the time itself.
    /// </summary>
    public static NpgsqlCommand SearchCommand(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.Command(sql, values);
        command.CommandTimeout = 0;
        return command;
    }

    /// <summary>Adds a statement to a batch.</summary>
    public static NpgsqlBatch Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddAll(values);
        batch.BatchCommands.Add(command);
        return batch;
    }

    static void AddAll(this NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }
}
