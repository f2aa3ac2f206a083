namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Delivery goes on after the database refused it something that it never should.</summary>
sealed class DeliveryFaultTests
{
    const string Refuse = "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused by the test'; end $$;";

    [Test]
    public async Task A_fault_in_looking_for_what_is_due_ends_with_its_cause()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await using var sender = await WaitingAsync(relay);
        await relay.StartAsync();
        await sender.SqlAsync<int>("alter table inboxes rename column has_own_route to hidden; select 1");
        await sender.RetryAsync();
        await LoggedAsync(sender, "The worker \\\"delivery\\\" failed");
        await sender.SqlAsync<int>("alter table inboxes rename column hidden to has_own_route; select 1");
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Delivered");
        await relay.MessageAsync("zoe@elsewhere.test");
    }

    [Test]
    public async Task Leases_are_extended_after_a_fault_in_doing_so()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test", null, null, "smtpd_end_of_data_restrictions = sleep 60", "debug_peer_list = 127.0.0.1");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("long", "zoe@elsewhere.test");
        await Eventually.IsAsync(() => relay.Log.Contains("name=sleep", StringComparison.Ordinal), "Postfix with the whole message");
        await sender.SqlAsync<int>(
            $"{Refuse} create trigger refuse before update on queue for each row when (old.lease_id = new.lease_id) execute function refuse(); select 1");
        await LoggedAsync(sender, "The worker \\\"leases of queue\\\" failed");
        var until = await sender.SqlAsync<DateTime>("select leased_until from queue");
        await sender.SqlAsync<int>("drop trigger refuse on queue; select 1");
        await Eventually.IsAsync(async () => await sender.SqlAsync<DateTime>("select leased_until from queue") > until, "an extended lease");
        await relay.AbortAsync();
        await relay.StartAsync([]);
    }

    [Test]
    public async Task A_message_whose_report_cannot_be_filed_is_not_sent_again()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await using var sender = await WaitingAsync(relay);
        await relay.StartAsync();
        await relay.AnswerRecipientsAsync("/./ 550 5.1.1 No such user here");
        await sender.SqlAsync<int>($"{Refuse} create trigger refuse before insert on messages for each row execute function refuse(); select 1");
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Failed");
        Assert.That(sender.Program.ErrorOutput, Does.Match("No report about .* could be made"));
        Assert.That(await sender.SqlAsync<long>("select count(*) from queue"), Is.Zero);
    }

    /// <summary>A program whose one message has been tried while the relay, which is stopped, was down.</summary>
    static async Task<Sender> WaitingAsync(Postfix relay)
    {
        await relay.StopAsync();
        var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("waiting", "zoe@elsewhere.test");
        await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where last_status = '4.4.1' and leased_until is null") == 1, "an attempt");
        return sender;
    }

    static Task LoggedAsync(Sender sender, string words) =>
        Eventually.IsAsync(() => sender.Program.ErrorOutput.Contains(words, StringComparison.Ordinal), $"\"{words}\" in the log");
}
