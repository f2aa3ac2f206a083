using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentPost.Protocol.Tests.Smtp.Client;

/// <summary>A listener that says what a script tells it to: servers that behave as no good one does.</summary>
sealed class ScriptedPeer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly Task _running;

    public ScriptedPeer(params Func<Connection, Task>[] scripts)
    {
        _listener.Start();
        _running = RunAsync(scripts);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What clients said, all connections together.</summary>
    public List<string> Heard { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _listener.Dispose();
        _stopping.Dispose();
    }

    // One script for each connection, in order.
    async Task RunAsync(Func<Connection, Task>[] scripts)
    {
        foreach (var script in scripts)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                await script(new(client.GetStream(), reader, Heard, _stopping.Token));
            }
            catch (Exception over) when (over is IOException or SocketException or OperationCanceledException)
            {
                // The client has left, or the test is over.
            }
        }
    }

    internal sealed class Connection(NetworkStream stream, StreamReader reader, List<string> heard, CancellationToken stopping)
    {
        public async Task SayAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);

        public async Task<string?> HearAsync()
        {
            var line = await reader.ReadLineAsync(stopping);
            if (line is not null)
            {
                heard.Add(line);
            }
            return line;
        }

        /// <summary>Waits until the client says something, lines or not.</summary>
        public async Task HearAnythingAsync() => await reader.ReadAsync(new char[1], stopping);

        /// <summary>Greets and answers each line with the next answer; a null answer cuts the connection. Then it only listens.</summary>
        public async Task AnswerAsync(params string?[] answers)
        {
            if (await AnswerUpToDataAsync(answers))
            {
                while (await HearAsync() is not null)
                {
                }
            }
        }

        /// <summary>As the other, and leaves it to the script to go on. False: the connection is to be cut.</summary>
        public async Task<bool> AnswerUpToDataAsync(params string?[] answers)
        {
            await SayAsync("220 peer.test\r\n");
            foreach (var answer in answers)
            {
                await HearAsync();
                if (answer is null)
                {
                    return false;
                }
                await SayAsync(answer + "\r\n");
            }
            return true;
        }

        /// <summary>Takes a message up to its dot.</summary>
        public async Task HearMessageAsync()
        {
            while (await HearAsync() is not (null or "."))
            {
            }
        }

        /// <summary>Says nothing until the test is over.</summary>
        public Task StayAsync() => Task.Delay(Timeout.Infinite, stopping);
    }
}
