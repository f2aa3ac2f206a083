using System.Diagnostics;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Mail;

/// <summary>The limits as sliding intervals: compared with a model that remembers every submission.</summary>
public sealed class SendLimitTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public async Task Limits_hold_exactly_for_any_interval([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var limits = new SendLimits
        {
            MessagesPerMinute = 3,
            MessagesPerDay = 10,
            OrganizationMessagesPerMinute = 4,
            OrganizationMessagesPerDay = 14,
            FirstTimeRecipientsPerDay = 5,
        };
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, limits);
        Inbox[] inboxes = [mail.Inbox, await store.Accounts.CreateInboxAsync("bob@example.test", null, default)];
        var model = new Model(limits);
        for (var i = 0; i < 150; i++)
        {
            await AgeAsync(mail, model.Age(() => i % 10 == 9 ? TimeSpan.FromHours(random.Next(1, 16)) : TimeSpan.FromSeconds(random.Next(1, 45))));
            var (inbox, recipient) = (inboxes[random.Next(2)], $"r{random.Next(12)}@b.test");
            var expected = model.Submit(inbox.Id, recipient);
            var refusal = await RefusalAsync(mail, store, inbox, i, recipient);
            Assert.That(refusal is null, Is.EqualTo(expected is null), $"submission {i}: {refusal?.Reason}");
            Assert.That(refusal?.RetryAfter ?? TimeSpan.Zero, Is.EqualTo(expected ?? TimeSpan.Zero).Within(Model.Tolerance), refusal?.Reason);
            if (i % 50 == 49)
            {
                await store.Retention.PurgeAsync(TimeSpan.Zero, default);
            }
            var usage = await store.SendUsages.ReadAsync(inbox.Id, default);
            Assert.That(
                (usage.MessagesInMinute, usage.MessagesInDay, usage.FirstTimeRecipientsInDay),
                Is.EqualTo((model.Count(inbox.Id, Minute), model.Count(inbox.Id, Day), model.CountFirstTimes(inbox.Id, Day))), $"after submission {i}");
        }
        Assert.That(model.Refused, Is.InRange(20, 130), "The random walk must reach the limits and leave them again.");
    }

    [Test]
    public async Task A_limit_of_the_organization_counts_what_was_sent_before_it_was_configured()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var unlimited = await OpenAsync(mail, new());
        await using var limited = await OpenAsync(mail, new() { OrganizationMessagesPerDay = 4 });
        var bob = await unlimited.Accounts.CreateInboxAsync("bob@example.test", null, default);
        // Instances with and without the limit take turns, as during a rolling restart.
        (MailStore Store, Inbox Inbox)[] turns = [(unlimited, mail.Inbox), (limited, bob), (unlimited, bob), (limited, mail.Inbox)];
        for (var i = 0; i < turns.Length; i++)
        {
            await AgeAsync(mail, TimeSpan.FromHours(1));
            Assert.That(await RefusalAsync(mail, turns[i].Store, turns[i].Inbox, i, "a@b.test"), Is.Null);
        }
        var refusal = await RefusalAsync(mail, limited, bob, 5, "a@b.test");
        Assert.That(refusal?.Reason, Does.Contain("4 messages a day for the organization"));
        Assert.That(refusal?.RetryAfter, Is.EqualTo(TimeSpan.FromHours(21)).Within(Model.Tolerance));
        await AgeAsync(mail, TimeSpan.FromHours(21));
        Assert.That(await RefusalAsync(mail, limited, bob, 6, "a@b.test"), Is.Null);
    }

    [Test]
    public async Task A_deleted_inbox_does_not_lift_the_limit_of_its_organization()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, new() { OrganizationMessagesPerMinute = 4 });
        for (var i = 0; i < 4; i++)
        {
            await AgeAsync(mail, TimeSpan.FromSeconds(5));
            var inbox = i == 1 ? await store.Accounts.CreateInboxAsync("bob@example.test", null, default) : mail.Inbox;
            Assert.That(await RefusalAsync(mail, store, inbox, i, "a@b.test"), Is.Null);
        }
        await store.Accounts.DeleteInboxAsync("bob@example.test", default);
        Assert.That((await RefusalAsync(mail, store, mail.Inbox, 5, "a@b.test"))?.Reason, Does.Contain("4 messages a minute for the organization"));
    }

    static Task<MailStore> OpenAsync(Mailbox mail, SendLimits limits) =>
        mail.OpenAsync(options => options with { Limits = limits });

    // Instead of waiting: everything that was recorded becomes older.
    static async Task AgeAsync(Mailbox mail, TimeSpan by)
    {
        await mail.ExecuteAsync($"update submissions set submitted_at = submitted_at - interval '{by.TotalSeconds} seconds'");
        await mail.ExecuteAsync(
            $"update known_recipients set first_at = first_at - interval '{by.TotalSeconds} seconds', last_at = last_at - interval '{by.TotalSeconds} seconds'");
    }

    static async Task<SendRefusal?> RefusalAsync(Mailbox mail, MailStore store, Inbox inbox, int number, string recipient)
    {
        await using var message = await mail.ReceiveAsync($"From: {inbox.Address}\r\nMessage-ID: <{number}@x>\r\nSubject: {number}\r\n\r\nHello\r\n");
        try
        {
            await store.Submissions.SubmitAsync(new(inbox, inbox.Address.ToString(), [recipient], default, message), default);
            return null;
        }
        catch (SendRefusedException refused)
        {
            Assert.That((await store.SendPolicy.CheckAsync(inbox.Id, recipient, [], default))?.Reason, Is.EqualTo(refused.Refusal.Reason));
            return refused.Refusal;
        }
    }

    sealed class Model(SendLimits limits)
    {
        /// <summary>The model's clock and the database's times differ by less.</summary>
        public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

        readonly Stopwatch _watch = Stopwatch.StartNew();
        readonly List<(InboxId Inbox, TimeSpan At)> _submissions = [];
        readonly Dictionary<(InboxId Inbox, string Address), TimeSpan> _first = [];
        TimeSpan _aged;

        public int Refused { get; private set; }

        TimeSpan Now => _aged + _watch.Elapsed;

        /// <summary>Lets time pass, but not so that a submission is about to leave an interval: the real clock goes on.</summary>
        public TimeSpan Age(Func<TimeSpan> choose)
        {
            while (true)
            {
                var by = choose();
                if (!_submissions.Exists(one => IsNearEdge(Now + by - one.At)))
                {
                    _aged += by;
                    return by;
                }
            }
        }

        public long Count(InboxId inbox, TimeSpan span) => _submissions.Count(one => one.Inbox == inbox && one.At > Now - span);

        public long CountFirstTimes(InboxId inbox, TimeSpan span) => _first.Count(one => one.Key.Inbox == inbox && one.Value > Now - span);

        /// <summary>How long the sender has to wait, in the order in which the limits are checked; null: accepted.</summary>
        public TimeSpan? Submit(InboxId inbox, string recipient)
        {
            var own = _submissions.Where(one => one.Inbox == inbox).Select(one => one.At).ToList();
            var all = _submissions.ConvertAll(one => one.At);
            var wait = Wait(own, limits.MessagesPerMinute, Minute) ?? Wait(own, limits.MessagesPerDay, Day)
                ?? Wait(all, limits.OrganizationMessagesPerMinute, Minute) ?? Wait(all, limits.OrganizationMessagesPerDay, Day)
                ?? FirstTimeWait(inbox, recipient);
            if (wait is null)
            {
                _submissions.Add((inbox, Now));
                _first.TryAdd((inbox, recipient), Now);
            }
            else
            {
                Refused++;
            }
            return wait;
        }

        static bool IsNearEdge(TimeSpan age) => (age - Minute).Duration() < Tolerance * 2 || (age - Day).Duration() < Tolerance * 2;

        TimeSpan? Wait(List<TimeSpan> sent, long limit, TimeSpan span) =>
            sent.Count >= limit && sent[^(int)limit] + span - Now is var wait && wait > TimeSpan.Zero ? wait : null;

        TimeSpan? FirstTimeWait(InboxId inbox, string recipient)
        {
            var recent = _first.Where(one => one.Key.Inbox == inbox && one.Value > Now - Day).Select(one => one.Value).ToList();
            return _first.ContainsKey((inbox, recipient)) || recent.Count < limits.FirstTimeRecipientsPerDay ? null : recent.Min() + Day - Now;
        }
    }
}
