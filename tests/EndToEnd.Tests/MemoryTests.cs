using System.Globalization;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What a wave of connections needed is returned to the system when they are gone.</summary>
[Platform("Linux", Reason = "Reads /proc.")]
sealed class MemoryTests : RunningProgram
{
    const int Connections = 1500;
    const int AtOnce = 20;
    const long Megabyte = 1 << 20;

    static readonly TimeSpan ReturnLimit = TimeSpan.FromSeconds(60);

    protected override (string Name, string Value)[] Settings => [("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited")];

    [Test]
    [CancelAfter(300_000)]
    public async Task Memory_of_many_connections_is_returned_after_they_end(CancellationToken cancellation)
    {
        await (await Program.LogInToImapAsync()).DisposeAsync();
        var before = ResidentOctets();
        for (var wave = 0; wave < 2; wave++)
        {
            var clients = new List<LineClient>();
            for (var i = 0; i < Connections; i += AtOnce)
            {
                clients.AddRange(await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Program.ConnectImapAsync(cancellation))));
            }
            var during = ResidentOctets();
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
            Assert.That(during - before, Is.GreaterThan(60 * Megabyte), "The wave needs memory.");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ReturnLimit);
            while (ResidentOctets() - before > 45 * Megabyte)
            {
                Assert.That(limit.IsCancellationRequested, Is.False, $"{before / Megabyte} MB before, {during / Megabyte} MB during, {ResidentOctets() / Megabyte} MB after");
                await Task.Delay(200, cancellation);
            }
        }
    }

    // VmRSS:	  123456 kB
    long ResidentOctets() =>
        long.Parse(
            File.ReadLines($"/proc/{Program.ProcessId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) * 1024;
}
