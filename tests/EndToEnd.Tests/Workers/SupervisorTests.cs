using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Host.Workers.Supervision;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.EndToEnd.Tests.Workers;

/// <summary>Retries, the state that <c>/health</c> reports, and what stops the program.</summary>
sealed class SupervisorTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly SkewedClock _clock = new();
    readonly ApplicationLifetime _program = new(NullLogger<ApplicationLifetime>.Instance);

    [Test]
    public async Task A_worker_is_degraded_after_minutes_of_failures_until_an_iteration_succeeds()
    {
        var failing = new ScriptedWorker("failing") { Failure = new InvalidOperationException("broken") };
        var healthy = new ScriptedWorker("healthy");
        using var supervisor = await StartAsync(failing, healthy);
        await Eventually.IsAsync(() => failing.Iterations > 0 && healthy.Iterations > 0, "the first iterations");
        Assert.That(supervisor.FindFailing(), Is.Empty);

        _clock.Ahead = Supervisor.DegradedAfter + Second;
        Assert.That(supervisor.FindFailing(), Is.EqualTo(["failing"]));

        failing.Failure = null;
        await Eventually.IsAsync(() => supervisor.FindFailing().Count == 0, "the retry");
        await supervisor.StopAsync(default);
        Assert.That(supervisor.Fatal, Is.Null);
        Assert.That(_program.ApplicationStopping.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_failing_worker_that_is_woken_all_the_time_still_pauses()
    {
        var failing = new ScriptedWorker("failing") { Failure = new InvalidOperationException("broken"), WakesItself = true };
        using var supervisor = await StartAsync(failing);
        await Eventually.IsAsync(() => failing.Iterations >= 2, "two iterations");
        await supervisor.StopAsync(default);
        Assert.That(failing.StartedAt[1] - failing.StartedAt[0], Is.GreaterThan(Second * 0.9));
    }

    [Test]
    public async Task Exhausted_memory_stops_the_program_as_failed()
    {
        using var supervisor = await StartAsync(new ScriptedWorker("greedy") { Failure = new InsufficientMemoryException() });
        await Eventually.IsAsync(() => _program.ApplicationStopping.IsCancellationRequested, "the stop");
        Assert.That(supervisor.Fatal, Is.InstanceOf<OutOfMemoryException>());
        await supervisor.StopAsync(default);
    }

    [Test]
    public async Task Jobs_with_the_same_key_run_at_once_and_a_fault_ends_only_its_own()
    {
        var jobs = new Jobs<string>(new ScriptedWorker("jobs"), NullLogger.Instance);
        var gate = new TaskCompletionSource();
        jobs.Start("a", () => Task.CompletedTask);
        jobs.Start("a", () => throw new InvalidOperationException("at once"));
        jobs.Start("a", async () =>
        {
            await gate.Task;
            throw new InvalidOperationException("later");
        });
        jobs.Start("b", () => gate.Task);
        Assert.That(jobs.Running, Is.EqualTo(["a", "b"]));

        gate.SetResult();
        await jobs.WhenAllAsync();
        Assert.That(jobs.Running, Is.Empty);
    }

    async Task<Supervisor> StartAsync(params Worker[] workers)
    {
        var supervisor = new Supervisor(workers, _clock, _program, NullLogger<Supervisor>.Instance);
        await ((IHostedService)supervisor).StartAsync(default);
        return supervisor;
    }

    /// <summary>The real clock, ahead by what a test says.</summary>
    sealed class SkewedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (TimeSpan.FromMilliseconds(Environment.TickCount64) + Ahead).Ticks;
    }

    sealed class ScriptedWorker(string name) : Worker
    {
        public Exception? Failure { get; set; }

        public bool WakesItself { get; init; }

        public List<TimeSpan> StartedAt { get; } = [];

        public int Iterations { get; private set; }

        public override string Name => name;

        public override Task<TimeSpan> RunAsync(CancellationToken stopping)
        {
            StartedAt.Add(TimeSpan.FromMilliseconds(Environment.TickCount64));
            Iterations++;
            if (WakesItself)
            {
                Wake.Raise();
            }
            return Failure is null ? Task.FromResult(Second) : Task.FromException<TimeSpan>(Failure);
        }
    }
}
