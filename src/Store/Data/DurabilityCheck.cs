namespace AgentPost.Store.Data;

/// <summary>Finds settings of the database server that can cause acknowledged mail to be lost.</summary>
static class DurabilityCheck
{
    const string FsyncOff =
        "The database server runs with fsync=off: a crash of its machine can lose acknowledged mail, or the whole "
        + "database. Set fsync to on.";

    /// <summary>Finds risks, as sentences for the operator. Returns an empty list if there are none.</summary>
    public static Task<IReadOnlyList<string>> FindRisksAsync(Database database, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async (connection, token) =>
            {
                await using var command = connection.Command("select current_setting('fsync') = 'off'");
                return await command.ExecuteScalarAsync(token) is true
                    ? [FsyncOff]
                    : [];
            },
            cancellation);
}
