using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentPost.Protocol.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentPost.Protocol.Tests;

[Platform("Linux", Reason = "Other systems have no TCP_QUICKACK.")]
[CancelAfter(20_000)]
sealed class PromptAcknowledgementTests
{
    const int TcpLevel = 6;
    const int QuickAckOption = 12;

    // After some questions and answers the kernel takes a connection for interactive and saves acknowledgements, which then travel with the answers.
    const int Exchanges = 10;

    [Test]
    public async Task A_server_that_waits_for_the_rest_of_a_line_acknowledges_its_beginning([Values] bool isPrompt, CancellationToken cancellation)
    {
        var modes = new List<bool>();
        var done = new TaskCompletionSource();
        await using var listener = await TestListener.StartAsync(
            async context =>
            {
                var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
                for (var line = 0; line < Exchanges; line++)
                {
                    for (var hasBegun = false; ; hasBegun = true)
                    {
                        var reading = context.Transport.Input.ReadAsync(cancellation);
                        if (hasBegun && line > Exchanges / 2 && !reading.IsCompleted)
                        {
                            modes.Add(IsQuick(socket));
                        }
                        var read = await reading;
                        var end = read.Buffer.PositionOf((byte)'\n');
                        context.Transport.Input.AdvanceTo(end is { } at ? read.Buffer.GetPosition(1, at) : read.Buffer.Start, read.Buffer.End);
                        if (end is not null)
                        {
                            break;
                        }
                    }
                    await context.Transport.Output.WriteAsync("answer\n"u8.ToArray(), cancellation);
                }
                done.SetResult();
            },
            isPrompt ? PromptAcknowledgement.Accept : null);
        using var client = await listener.ConnectAsync();
        var stream = client.GetStream();
        var answer = new byte[7];
        for (var line = 0; line < Exchanges; line++)
        {
            await stream.WriteAsync("begin"u8.ToArray(), cancellation);
            await UntilTakenAsync(client.Client, cancellation);
            await stream.WriteAsync("end\n"u8.ToArray(), cancellation);
            await stream.ReadExactlyAsync(answer, cancellation);
        }
        await done.Task.WaitAsync(cancellation);
        Assert.That(modes, Is.Not.Empty.And.All.EqualTo(isPrompt));
    }

    static bool IsQuick(Socket socket)
    {
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(TcpLevel, QuickAckOption, value);
        return MemoryMarshal.Read<int>(value) != 0;
    }

    // tcp_info.tcpi_unacked: the beginning has been acknowledged, promptly or not, so the end travels by itself.
    static async Task UntilTakenAsync(Socket socket, CancellationToken cancellation)
    {
        const int TcpInfoOption = 11;
        const int UnackedOffset = 24;
        var info = new byte[104];
        do
        {
            await Task.Delay(1, cancellation);
            socket.GetRawSocketOption(TcpLevel, TcpInfoOption, info);
        }
        while (MemoryMarshal.Read<int>(info.AsSpan(UnackedOffset)) > 0);
    }
}
