using System.Text;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Outbound;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Workers;

/// <summary>Leases on queued mail over outages, with a host's clock that a test moves.</summary>
sealed class LeaseKeeperTests
{
    TestDatabase? _database;
    AdjustableTime _time = new();
    MailStore? _store;
    QueueLeases? _leases;

    TestDatabase Database => _database!;

    MailStore Store => _store!;

    QueueLeases Leases => _leases!;

    [SetUp]
    public async Task SetUp()
    {
        _database = await Databases.CreateAsync();
        _time = new();
        _store = await _database.OpenStoreAsync(_time);
        _leases = new(_store);
        var inbox = await _store.Accounts.CreateInboxAsync("ann@example.test", null, default);
        await using var message = _store.Appends.Receive();
        var text = "From: ann@example.test\r\nSubject: x\r\n\r\nText\r\n";
        await message.WriteAsync(new(Encoding.ASCII.GetBytes(text)), default);
        await message.CompleteAsync(default);
        await _store.Submissions.SubmitAsync(new(inbox, "ann@example.test", ["zoe@a.test"], default, message), default);
    }

    [TearDown]
    public async Task TearDown()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task After_an_outage_an_instance_does_not_acquire_what_it_still_holds()
    {
        var (message, lease) = await AcquireAsync() ?? default;
        await PassAsync(LeaseLength);
        Assert.That(await AcquireAsync(), Is.Null);
        Assert.That(lease.Lost.IsCancellationRequested, Is.False);
        await lease.EnsureAsync(default);

        lease.Dispose();
        await Store.Queue.Leases.ReleaseAsync(message.Lease, default);
        Assert.That(await AcquireAsync(), Is.Not.Null);
    }

    [Test]
    public async Task Before_an_irreversible_step_a_lost_lease_is_noticed()
    {
        await using var other = await Database.OpenStoreAsync();
        var (_, lease) = await AcquireAsync() ?? default;
        await PassAsync(LeaseLength);
        Assert.That(await other.Queue.TakeAsync(QueueScope.Elsewhere, 10, default), Is.Not.Null);

        await Assert.ThatAsync(() => lease.EnsureAsync(default), Throws.TypeOf<LeaseLostException>());
        Assert.That(lease.Lost.IsCancellationRequested, Is.True);
        await Assert.ThatAsync(() => lease.EnsureAsync(default), Throws.TypeOf<LeaseLostException>());
    }

    [Test]
    public async Task The_work_of_a_lost_lease_is_canceled_and_a_held_one_is_renewed()
    {
        var (message, lease) = await AcquireAsync() ?? default;
        await PassAsync(LeaseLength / 4);
        await Leases.RunAsync(default);
        Assert.That(await ScalarAsync("select leased_until > now() + interval '50 s' from queue"), Is.True);
        Assert.That(lease.Lost.IsCancellationRequested, Is.False);

        await Store.Queue.Leases.ReleaseAsync(message.Lease, default);
        await Leases.RunAsync(default);
        Assert.That(lease.Lost.IsCancellationRequested, Is.True);
    }

    static TimeSpan LeaseLength => Queue.Lease + TimeSpan.FromSeconds(1);

    Task<(QueuedMessage Message, HeldLease Lease)?> AcquireAsync() =>
        Leases.AcquireAsync(
            token => Store.Queue.TakeAsync(QueueScope.Elsewhere, 10, token), message => message.Lease, default);

    /// <summary>Time passes for this instance and for the database, in which nothing was renewed.</summary>
    async Task PassAsync(TimeSpan time)
    {
        _time.Passed += time;
        await ScalarAsync($"update queue set leased_until = leased_until - interval '{time.TotalSeconds} s' returning true");
    }

    async Task<bool> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    sealed class AdjustableTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (TimeSpan.FromMilliseconds(Environment.TickCount64) + Passed).Ticks;
    }
}
