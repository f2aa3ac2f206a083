using AgentPost.Support;
using Npgsql;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>A command that takes long tells that it goes on (RFC 9585).</summary>
[CancelAfter(60_000)]
sealed class ProgressTests
{
    TestPostgres _postgres = null!;

    [OneTimeSetUp]
    public async Task StartPostgres() => _postgres = await TestPostgres.StartAsync();

    [OneTimeTearDown]
    public async Task StopPostgres() => await _postgres.DisposeAsync();

    [TestCase("COPY 1 Sent")]
    [TestCase("MOVE 1 Sent")]
    [TestCase("STORE 1 +FLAGS (\\Flagged)")]
    [TestCase("FETCH 1 BODY[]")]
    [TestCase("EXPUNGE")]
    public async Task A_command_that_waits_for_the_lock_of_its_inbox_says_that_it_goes_on(string command)
    {
        await using var database = await _postgres.CreateDatabaseAsync();
        await using var server = await ImapServer.StartAsync(database, new("localhost") { ProgressInterval = TimeSpan.FromMilliseconds(20) });
        await using var imap = await server.LogInAsync();
        (await imap.AppendAsync("INBOX", "", "Subject: a\r\n\r\nText\r\n"u8.ToArray())).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await using var locking = new NpgsqlConnection(database.ConnectionString);
        await locking.OpenAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using (var taking = new NpgsqlCommand("select from inboxes for update", locking))
        {
            await taking.ExecuteNonQueryAsync();
        }

        await imap.SendAsync("long " + command);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await imap.ReadAsync(), Does.StartWith("* OK [INPROGRESS (\"long\" NIL NIL)] "));
        }
        await transaction.RollbackAsync();

        Assert.That(await imap.ReadUntilAsync("long "), Does.StartWith("long OK "));
        (await imap.CommandAsync("NOOP")).EnsureOk();
    }
}
