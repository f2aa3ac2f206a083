using System.Globalization;
using System.Reflection;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Schema;

/// <summary>
/// Updates the schema with numbered, forward-only scripts (<c>0001_name.sql</c>), which are embedded resources from
/// this folder. Each script runs in its own transaction, which holds an advisory lock, so any number of instances can
/// start at the same time.
/// </summary>
static class Migrator
{
    const int OldestServer = 15;

    // An arbitrary number that no other code in the database uses as a lock.
    const long AdvisoryLock = 0x6167_656e_7470_6f73;

    static readonly TimeSpan TimeLimit = TimeSpan.FromHours(1);

    static readonly IReadOnlyList<Migration> Migrations = ReadMigrations();

    public static Task MigrateAsync(Database database, ILogger logger, CancellationToken cancellation) =>
        database.WriteAsync(
            async (connection, token) =>
            {
                RequireServer(connection);
                while (await ApplyNextAsync(connection, token) is { } applied)
                {
                    Log.MigrationApplied(logger, applied.Version, applied.Name);
                }
            },
            cancellation);

    /// <summary>
    /// Throws StoreSetupException unless the schema has exactly the version of this program. Changes nothing. For
    /// commands other than the server: only the server migrates, because an older server that is running would continue
    /// with a schema that it does not know.
    /// </summary>
    public static Task EnsureCurrentAsync(Database database, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                RequireServer(connection);
                if (!await connection.ExecuteScalarAsync<bool>(
                    Command("select to_regclass('schema_migrations') is not null", null, token)))
                {
                    throw new StoreSetupException(
                        $"The database {connection.Database} on {connection.Host} is not one of AgentPost: "
                        + "is AGENTPOST_DATABASE right? Only 'agentpost serve' creates a database.");
                }
                var version = await ReadVersionAsync(connection, token);
                RequireKnown(version);
                return version == Migrations[^1].Version ? version : throw new StoreSetupException(
                    $"The database has schema version {version}, this command needs {Migrations[^1].Version}: "
                    + "restart the server with this version first ('agentpost serve' migrates the database).");
            },
            cancellation);

    static void RequireServer(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            throw new StoreSetupException(
                $"The database server is Postgres {connection.PostgreSqlVersion.Major}; AgentPost needs Postgres {OldestServer} or newer.");
        }
        if (connection.PostgresParameters["server_encoding"] is not "UTF8" and var encoding)
        {
            throw new StoreSetupException(
                $"The database {connection.Database} has the encoding {encoding}, AgentPost needs UTF8: "
                + "create it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        }
    }

    static async Task<Migration?> ApplyNextAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Migrating a large database takes longer than the timeout of other statements.
        await connection.ExecuteAsync(Command("set local statement_timeout = 0", null, cancellation));
        var version = await LockAsync(connection, cancellation);
        RequireKnown(version);
        var next = Migrations.FirstOrDefault(migration => migration.Version > version);
        if (next is not null)
        {
            await connection.ExecuteAsync(Command(next.Sql, null, cancellation));
            await connection.ExecuteAsync(Command(
                "insert into schema_migrations (version, name) values (@Version, @Name)", new { next.Version, next.Name }, cancellation));
        }
        await transaction.CommitAsync(cancellation);
        return next;
    }

    static async Task<int> LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(Command("select pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock }, cancellation));
        await connection.ExecuteAsync(Command(
            """
            create table if not exists schema_migrations (
                version    int primary key,
                name       text not null,
                applied_at timestamptz not null default now()
            )
            """,
            null,
            cancellation));
        return await ReadVersionAsync(connection, cancellation);
    }

    static Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.ExecuteScalarAsync<int>(
            Command("select coalesce(max(version), 0) from schema_migrations", null, cancellation));

    static void RequireKnown(int version)
    {
        if (version > Migrations[^1].Version)
        {
            throw new StoreSetupException(
                $"The database has schema version {version}, this program knows only {Migrations[^1].Version}: run the newer AgentPost that made it.");
        }
    }

    static CommandDefinition Command(string sql, object? parameters, CancellationToken cancellation) =>
        new(sql, parameters, commandTimeout: (int)TimeLimit.TotalSeconds, cancellationToken: cancellation);

    static IReadOnlyList<Migration> ReadMigrations()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource => ReadMigration(assembly, resource))
            .OrderBy(migration => migration.Version)];
    }

    static Migration ReadMigration(Assembly assembly, string resource)
    {
        // Example: AgentPost.Store.Schema.0001_mail.sql
        var file = resource.Split('.')[^2];
        var (number, name) = file.Split('_', 2) is [var left, var right] ? (left, right) : throw new InvalidOperationException(resource);
        using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException(resource);
        using var reader = new StreamReader(stream);
        return new(int.Parse(number, CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }

    sealed record Migration(int Version, string Name, string Sql);
}
