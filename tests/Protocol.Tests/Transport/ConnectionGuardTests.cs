using System.Net;

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
    public void The_answer_waits_for_the_delay()
    {
        var guard = new ConnectionGuard(1, _time);
        var first = guard.DelayWrongLoginAsync(Home, default);
        _time.Pass(TimeSpan.FromSeconds(0.9));
        Assert.That(first.IsCompleted, Is.False);
        _time.Pass(TimeSpan.FromSeconds(0.1));
        Assert.That(first.IsCompletedSuccessfully, Is.True);
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
