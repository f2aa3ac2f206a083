using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Compression;

namespace AgentPost.Protocol.Tests;

/// <summary>One end of a connection in DEFLATE; the other is what clients have, a compressor and a decompressor that last as long as the connection.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(20_000)]
sealed class DeflateTransportTests : IAsyncDisposable
{
    readonly Pipe _toServer = new();
    readonly Pipe _toClient = new();
    readonly DeflateTransport _server;
    readonly DeflateStream _compressor;
    readonly DeflateStream _decompressor;

    public DeflateTransportTests()
    {
        _server = new(_toServer.Reader, _toClient.Writer);
        _compressor = new(_toServer.Writer.AsStream(), CompressionLevel.Optimal);
        _decompressor = new(_toClient.Reader.AsStream(), CompressionMode.Decompress);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _decompressor.DisposeAsync();
        await _compressor.DisposeAsync();
    }

    [Test]
    public async Task What_is_flushed_can_be_read_at_once(CancellationToken cancellation)
    {
        for (var line = 0; line < 50; line++)
        {
            var text = new string((char)('a' + line % 26), line * 100);
            _server.Output.Write(Encoding.ASCII.GetBytes(text));
            await _server.Output.FlushAsync(cancellation);
            Assert.That(await ReadAsClientAsync(text.Length, cancellation), Is.EqualTo(text));
        }
    }

    [Test]
    public async Task A_flush_of_nothing_sends_nothing(CancellationToken cancellation)
    {
        await _server.Output.FlushAsync(cancellation);
        _server.Output.Advance(0);
        await _server.Output.FlushAsync(cancellation);
        Assert.That(_toClient.Reader.TryRead(out _), Is.False);
    }

    [Test]
    public async Task What_the_client_flushes_is_read_at_once(CancellationToken cancellation)
    {
        for (var command = 0; command < 50; command++)
        {
            await SendAsClientAsync($"a{command} NOOP\r\n", cancellation);
            Assert.That(await ReadAsync(cancellation), Is.EqualTo($"a{command} NOOP\r\n"));
        }
    }

    [Test]
    public async Task A_cancelled_read_loses_nothing(CancellationToken cancellation)
    {
        var pending = _server.Input.ReadAsync(cancellation);
        _server.Input.CancelPendingRead();
        var read = await pending;
        Assert.That(read.IsCanceled);
        _server.Input.AdvanceTo(read.Buffer.Start);

        await SendAsClientAsync("DONE\r\n", cancellation);

        Assert.That(await ReadAsync(cancellation), Is.EqualTo("DONE\r\n"));
    }

    [Test]
    public async Task What_inflates_to_much_is_given_out_a_buffer_at_a_time(CancellationToken cancellation)
    {
        const int Octets = 20 * 1024 * 1024;
        var sending = Task.Run(async () =>
        {
            await _compressor.WriteAsync(new byte[Octets], cancellation);
            await _compressor.FlushAsync(cancellation);
        }, cancellation);
        var (received, largest) = (0L, 0L);
        while (received < Octets)
        {
            var read = await _server.Input.ReadAsync(cancellation);
            received += read.Buffer.Length;
            largest = Math.Max(largest, read.Buffer.Length);
            _server.Input.AdvanceTo(read.Buffer.End);
        }
        await sending;
        Assert.That(received, Is.EqualTo(Octets));
        Assert.That(largest, Is.LessThanOrEqualTo(64 * 1024));
    }

    [Test]
    public async Task What_is_not_compressed_is_refused(CancellationToken cancellation)
    {
        await _toServer.Writer.WriteAsync("g NOOP\r\n"u8.ToArray(), cancellation);
        Assert.That(async () => await _server.Input.ReadAsync(cancellation), Throws.TypeOf<InvalidDataException>());
    }

    async Task<string> ReadAsClientAsync(int octets, CancellationToken cancellation)
    {
        var text = new byte[octets];
        await _decompressor.ReadExactlyAsync(text, cancellation);
        return Encoding.ASCII.GetString(text);
    }

    async Task SendAsClientAsync(string text, CancellationToken cancellation)
    {
        await _compressor.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);
        await _compressor.FlushAsync(cancellation);
    }

    async Task<string> ReadAsync(CancellationToken cancellation)
    {
        var read = await _server.Input.ReadAsync(cancellation);
        var text = Encoding.ASCII.GetString(read.Buffer);
        _server.Input.AdvanceTo(read.Buffer.End);
        return text;
    }
}
