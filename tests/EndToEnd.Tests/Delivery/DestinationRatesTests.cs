using AgentPost.Host.Workers.Delivery;
using AgentPost.Store.Outbound;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>The tokens of each destination, by a clock that is turned by hand.</summary>
sealed class DestinationRatesTests
{
    static readonly QueueScope Slow = QueueScope.To("slow.test");
    static readonly QueueScope Other = QueueScope.To("other.test");

    readonly HandTurnedClock _clock = new();

    [Test]
    public void A_minutes_worth_leaves_at_once_and_the_rest_evenly([Values(1, 7, 60)] int perMinute)
    {
        var rates = new DestinationRates(perMinute, _clock);
        Assert.That(TakeAll(rates, Slow), Is.EqualTo(perMinute));
        for (var i = 0; i < 3; i++)
        {
            var wait = rates.WaitFor(Slow);
            Assert.That(wait, Is.EqualTo(TimeSpan.FromMinutes(1) / perMinute).Within(TimeSpan.FromMilliseconds(1)));
            _clock.Pass(wait - TimeSpan.FromTicks(1));
            Assert.That(rates.TryTake(Slow), Is.False);
            _clock.Pass(TimeSpan.FromTicks(1));
            Assert.That(TakeAll(rates, Slow), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_bucket_fills_up_to_a_minutes_worth()
    {
        var rates = new DestinationRates(6, _clock);
        TakeAll(rates, Slow);
        _clock.Pass(TimeSpan.FromDays(1));
        Assert.That(TakeAll(rates, Slow), Is.EqualTo(6));
    }

    [Test]
    public void One_destination_does_not_slow_another()
    {
        var rates = new DestinationRates(2, _clock);
        TakeAll(rates, Slow);
        Assert.That(rates.WaitFor(Other), Is.Not.GreaterThan(TimeSpan.Zero));
        Assert.That(TakeAll(rates, Other), Is.EqualTo(2));
    }

    [Test]
    public void A_token_that_was_given_back_is_taken_again()
    {
        var rates = new DestinationRates(2, _clock);
        TakeAll(rates, Slow);
        rates.GiveBack(Slow);
        Assert.That(TakeAll(rates, Slow), Is.EqualTo(1));
    }

    [Test]
    public void Inboxes_here_and_what_is_unlimited_never_wait()
    {
        var (limited, unlimited) = (new DestinationRates(1, _clock), new DestinationRates(long.MaxValue, _clock));
        Assert.That(Enumerable.Range(0, 100).All(_ => limited.TryTake(QueueScope.Here) && unlimited.TryTake(Slow)));
        Assert.That((limited.WaitFor(QueueScope.Here), unlimited.WaitFor(Slow)), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)));
    }

    [Test]
    public void Of_many_destinations_those_are_forgotten_that_have_sent_least()
    {
        var rates = new DestinationRates(10, _clock);
        TakeAll(rates, Slow);
        for (var i = 0; i < 3 * DestinationRates.RememberedDestinations; i++)
        {
            rates.TryTake(QueueScope.To($"d{i}.test"));
        }
        Assert.That(rates.Remembered, Is.AtMost(DestinationRates.RememberedDestinations));
        Assert.That(rates.TryTake(Slow), Is.False);
    }

    static int TakeAll(DestinationRates rates, QueueScope scope)
    {
        var taken = 0;
        while (rates.TryTake(scope))
        {
            taken++;
        }
        return taken;
    }

    sealed class HandTurnedClock : TimeProvider
    {
        long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
