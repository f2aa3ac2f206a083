using System.Net;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Tests;

sealed class ConnectionGuardTests
{
    static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress Away = IPAddress.Parse("192.0.2.2");

    readonly ManualTime _time = new();

    [Test]
    public void Admits_so_many_connections_of_an_address_and_again_when_one_is_given_back()
    {
        var guard = new ConnectionGuard(2, _time);
        using var first = guard.TryAdmit(Home);
        using var second = guard.TryAdmit(Home);
        Assert.That(guard.TryAdmit(Home), Is.Null);
        using var other = guard.TryAdmit(Away);
        Assert.That(other, Is.Not.Null);
        first!.Dispose();
        first.Dispose();
        using var third = guard.TryAdmit(Home);
        Assert.That(third, Is.Not.Null);
        Assert.That(guard.TryAdmit(Home), Is.Null);
    }

    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", true)]
    public void Counts_an_IPv6_network_of_64_bits_as_one_address(string first, string second, bool admitted)
    {
        var guard = new ConnectionGuard(1, _time);
        using var one = guard.TryAdmit(IPAddress.Parse(first));
        using var two = guard.TryAdmit(IPAddress.Parse(second));
        Assert.That(two is not null, Is.EqualTo(admitted));
    }

    [Test]
    public void Delays_double_from_one_to_thirty_seconds()
    {
        var guard = new ConnectionGuard(1, _time);
        var delays = Enumerable.Range(0, 7).Select(_ => guard.NoteWrongLogin(Home).TotalSeconds);
        Assert.That(delays, Is.EqualTo([1, 2, 4, 8, 16, 30, 30]));
        Assert.That(guard.NoteWrongLogin(Away).TotalSeconds, Is.EqualTo(1));
    }

    [Test]
    public void A_quarter_of_an_hour_without_a_wrong_login_is_forgiven()
    {
        var guard = new ConnectionGuard(1, _time);
        guard.NoteWrongLogin(Home);
        _time.Pass(TimeSpan.FromMinutes(14));
        Assert.That(guard.NoteWrongLogin(Home).TotalSeconds, Is.EqualTo(2));
        _time.Pass(TimeSpan.FromMinutes(15));
        Assert.That(guard.NoteWrongLogin(Home).TotalSeconds, Is.EqualTo(1));
    }

    [Test]
    public void A_right_login_forgives_the_wrong_ones_of_its_address()
    {
        var guard = new ConnectionGuard(1, _time);
        guard.NoteWrongLogin(Home);
        guard.NoteWrongLogin(Away);
        guard.TryAdmit(Home)!.LoggedIn();
        Assert.That(guard.NoteWrongLogin(Home).TotalSeconds, Is.EqualTo(1));
        Assert.That(guard.NoteWrongLogin(Away).TotalSeconds, Is.EqualTo(2));
        Assert.That(guard.TryAdmit(Home), Is.Not.Null);
    }

    [Test]
    public async Task The_answer_waits_for_the_delay()
    {
        var guard = new ConnectionGuard(1, _time);
        var first = guard.DelayWrongLoginAsync(Home, default);
        _time.Pass(TimeSpan.FromSeconds(0.9));
        Assert.That(first.IsCompleted, Is.False);
        _time.Pass(TimeSpan.FromSeconds(0.1));
        Assert.That(await first, Is.EqualTo(DelayEnd.Waited));
    }

    [Test]
    public async Task The_same_guess_again_on_one_connection_is_not_delayed()
    {
        var guard = new ConnectionGuard(2, _time);
        using var one = guard.TryAdmit(Home)!;
        using var other = guard.TryAdmit(Home)!;
        var first = one.DelayWrongLoginAsync("agent@agentpost.test", "wrong", default);
        Assert.That(first.IsCompleted, Is.False);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.That(await first, Is.EqualTo(DelayEnd.Waited));
        for (var again = 0; again < 3; again++)
        {
            Assert.That(one.DelayWrongLoginAsync("agent@agentpost.test", "wrong", default).IsCompleted, Is.True);
        }
        Task<DelayEnd>[] delayed =
        [
            one.DelayWrongLoginAsync("agent@agentpost.test", "wrong", default),
            one.DelayWrongLoginAsync("agent@agentpost.test", "wrong too", default),
            one.DelayWrongLoginAsync("other@agentpost.test", "wrong too", default),
            other.DelayWrongLoginAsync("agent@agentpost.test", "wrong", default),
        ];
        Assert.That(delayed.Select(delay => delay.IsCompleted), Is.All.False);
        _time.Pass(TimeSpan.FromSeconds(30));
        await Task.WhenAll(delayed);
    }

    [Test]
    public async Task Connections_whose_login_has_failed_take_no_slots()
    {
        var guard = new ConnectionGuard(2, _time);
        var cut = new List<string>();
        using var first = guard.TryAdmit(Home, () => cut.Add("first"));
        using var second = guard.TryAdmit(Home, () => cut.Add("second"));
        Assert.That(guard.TryAdmit(Home, () => cut.Add("none")), Is.Null, "none can be replaced yet");
        var delay = second!.DelayWrongLoginAsync(default);
        using var third = guard.TryAdmit(Home, () => cut.Add("third"));
        Assert.That(third, Is.Not.Null);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.That(await delay, Is.EqualTo(DelayEnd.GivenUp), "all slots are taken by now");
        first!.Dispose();
        delay = third!.DelayWrongLoginAsync(default);
        _time.Pass(TimeSpan.FromSeconds(2));
        Assert.That(await delay, Is.EqualTo(DelayEnd.Waited));
        Assert.That(guard.CountOf(Home), Is.EqualTo(1));
        Assert.That(cut, Is.Empty);
    }

    [Test]
    public void A_new_connection_replaces_the_oldest_that_has_not_logged_in_for_long()
    {
        var guard = new ConnectionGuard(3, _time);
        var cut = new List<string>();
        using var first = guard.TryAdmit(Home, () => cut.Add("first"));
        using var second = guard.TryAdmit(Home, () => cut.Add("second"));
        using var third = guard.TryAdmit(Home, () => cut.Add("third"));
        first!.LoggedIn();
        _time.Pass(TimeSpan.FromSeconds(5));
        using var fourth = guard.TryAdmit(Home, () => cut.Add("fourth"));
        using var fifth = guard.TryAdmit(Home, () => cut.Add("fifth"));
        Assert.That(cut, Is.EqualTo((string[])["second"]), "one that has logged in is never replaced");
        Assert.That(guard.CountOf(Home), Is.EqualTo(3));
        Assert.That(guard.TryAdmit(Home, null), Is.Not.Null);
        Assert.That(cut, Is.EqualTo((string[])["second", "third"]));
        Assert.That(guard.TryAdmit(Home, null), Is.Null);
    }

    [Test]
    public void Handshakes_keep_no_more_than_half_of_the_slots_from_others()
    {
        var guard = new ConnectionGuard(4, _time);
        var cut = new List<int>();
        var admitted = Enumerable.Range(0, 4).Select(i => guard.TryAdmit(Home, () => cut.Add(i))!).ToList();
        admitted.ForEach(admission => admission.IsInHandshake = true);
        admitted[0].IsInHandshake = false;
        Assert.That(guard.TryAdmit(Home, () => cut.Add(4)), Is.Not.Null);
        Assert.That(cut, Is.EqualTo((int[])[1]), "the oldest that is in its handshake");
        Assert.That(guard.TryAdmit(Home, () => cut.Add(5)), Is.Null, "half of the slots are theirs");
        Assert.That(guard.CountOf(Home), Is.EqualTo(4));
        Assert.That(guard.TryAdmit(Away), Is.Not.Null);
    }

    [Test]
    public async Task Delayed_replies_are_bounded_and_the_oldest_is_given_up()
    {
        var guard = new ConnectionGuard(1, _time);
        var delayed = Enumerable.Range(0, ConnectionGuard.MaxDelayedPerAddress + 10).Select(_ => guard.DelayWrongLoginAsync(Home, default)).ToList();
        var away = guard.DelayWrongLoginAsync(Away, default);
        Assert.That(await Task.WhenAll(delayed.Take(10)), Is.All.EqualTo(DelayEnd.GivenUp));
        Assert.That(guard.Delayed, Is.EqualTo(ConnectionGuard.MaxDelayedPerAddress + 1));
        _time.Pass(TimeSpan.FromSeconds(30));
        Assert.That(await Task.WhenAll(delayed.Skip(10).Append(away)), Is.All.EqualTo(DelayEnd.Waited));
        Assert.That(guard.Delayed, Is.Zero);
    }

    [Test]
    public void Delayed_replies_of_all_addresses_are_bounded()
    {
        var guard = new ConnectionGuard(1, _time);
        var delayed = Enumerable.Range(0, ConnectionGuard.MaxDelayed + 5).Select(number => guard.DelayWrongLoginAsync(new IPAddress(0x0A000000 + number), default)).ToList();
        Assert.That(guard.Delayed, Is.EqualTo(ConnectionGuard.MaxDelayed));
        Assert.That(delayed[5].IsCompleted, Is.False);
    }

    [Test]
    public void Memory_of_guessing_addresses_is_bounded_and_keeps_the_latest()
    {
        var guard = new ConnectionGuard(1, _time);
        for (var number = 0; number < 30_000; number++)
        {
            guard.NoteWrongLogin(new IPAddress(0x0A000000 + number));
            _time.Pass(TimeSpan.FromMilliseconds(1));
        }
        guard.NoteWrongLogin(Home);
        Assert.That(guard.Remembered, Is.LessThanOrEqualTo(10_000));
        Assert.That(guard.NoteWrongLogin(Home).TotalSeconds, Is.EqualTo(2));
    }
}
