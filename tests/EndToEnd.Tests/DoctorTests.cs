using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The command <c>doctor</c>, with a server that is well and with ones that are not.</summary>
sealed class DoctorTests : RunningProgram
{
    [Test]
    public async Task A_server_that_is_well_passes_and_keeps_no_trace()
    {
        var result = await Program.RunCommandAsync("doctor");
        await using var imap = await Program.LogInToImapAsync();

        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output, Does.Match(@"(?m)^ok +mail +sent to itself; IDLE reported it within \d+ ms$"));
        Assert.That(result.Output, Does.Match(@"(?m)^skipped +dns "));
        foreach (var folder in new[] { "INBOX", "Sent", "Trash" })
        {
            Assert.That((await imap.CommandAsync($"STATUS {folder} (MESSAGES)")).Untagged.Single(), Is.EqualTo($"* STATUS {folder} (MESSAGES 0)"));
        }
        var keys = await Program.RunCommandAsync("key", "list", "--json");
        Assert.That(
            JsonElement.Parse(keys.Output).EnumerateArray().Where(key => key.GetProperty("name").GetString() == "doctor"),
            Is.Not.Empty.And.All.Matches<JsonElement>(key => key.GetProperty("revoked_at").ValueKind is not JsonValueKind.Null));
    }

    [Test]
    public async Task With_JSON_it_is_for_programs()
    {
        var result = await Program.RunCommandAsync("doctor", "--json", "--inbox", ProgramUnderTest.Inbox, "--key", Program.Key);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(
            JsonElement.Parse(result.Output).EnumerateArray().Select(check => (check.GetProperty("check").GetString(), check.GetProperty("state").GetString())),
            Is.EqualTo(
                [
                    ("database", "ok"), ("disk", "ok"), ("durability", "ok"), ("domains", "ok"), ("webhooks", "ok"),
                    ("certificate", "ok"), ("dns", "skipped"), ("imap", "ok"), ("smtp", "ok"), ("mail", "ok")]));
    }

    [Test]
    public async Task A_webhook_that_fails_is_named()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Database.ConnectionString);
        await using (var insert = source.CreateCommand(
            """
            insert into webhooks (
                webhook_id, organization_id, url, secret, scopes, created_at, failing_since, last_error)
            select gen_random_uuid(), organization_id, 'https://hooks.example.com/', 'whsec_x', '{}', now(),
                case when n = 1 then now() end, 'gone away'
            from organizations, generate_series(1, 2) n
            """))
        {
            await insert.ExecuteNonQueryAsync();
        }

        var result = await Program.RunCommandAsync("doctor");
        await using (var delete = source.CreateCommand("delete from webhooks"))
        {
            await delete.ExecuteNonQueryAsync();
        }

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Match(
            @"(?m)^warning +webhooks +1 webhooks are in trouble: whk_\w+ has failed since .*, 0 events .* \(gone away\)$"));
    }

    [Test]
    public async Task What_is_wrong_is_told_with_what_to_do()
    {
        var wrongKey = await Program.RunCommandAsync("doctor", "--key", "ap_sk_wrong");
        var otherName = await Program.RunCommandAsync("doctor", "--set", "Hostname=mail.example.test");
        var notThere = await Program.RunCommandAsync("doctor", "--set", $"Imap:Port={LoopbackPorts.Next()}");

        Assert.That(wrongKey.ExitCode, Is.EqualTo(1));
        Assert.That(wrongKey.Output, Does.Match(@"(?m)^failed +imap .*rejected the login").And.Match(@"(?m)^failed +smtp "));
        Assert.That(otherName.Output, Does.Match(@"(?m)^failed +certificate +The certificate does not name mail\.example\.test\n +-> Set Hostname"));
        Assert.That(notThere.Output, Does.Match(@"(?m)^failed +imap .*cannot be reached").And.Contain("-> See that the server runs").And.Match(@"(?m)^ok +smtp "));
        Assert.That(notThere.Error, Does.Contain("checks failed"));
    }
}
