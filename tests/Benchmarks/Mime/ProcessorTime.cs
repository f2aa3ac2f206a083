using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AgentPost.Benchmarks.Mime;

/// <summary>Throughput by the processor time that scanning takes, which others on the machine do not lengthen; the best of a few rounds, and what is allocated for a message.</summary>
static class ProcessorTime
{
    const int Rounds = 6;
    static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(300);

    static readonly (string Name, byte[] Message)[] Inputs =
    [
        ("2 KB", SampleMessage.Create(2_000)),
        ("10 KB", SampleMessage.Create(10_000)),
        ("1 MB", SampleMessage.Create(1 << 20)),
        ("25 MB", SampleMessage.Create(25 << 20)),
        ("1 MB of lines --x, 99 multiparts deep", Deep(1 << 20)),
        ("25 MB of lines --x, 99 multiparts deep", Deep(25 << 20)),
        ("1 MB of an HTML text", Html(1 << 20)),
        ("25 MB of one line", Line(25 << 20)),
        ("5,000 messages in a digest", Digest(5_000)),
    ];

    public static int Run()
    {
        Console.WriteLine("| input | octets | structure MB/s | whole scan MB/s | allocated octets |\n| --- | ---: | ---: | ---: | ---: |");
        foreach (var (name, message) in Inputs)
        {
            ScanBenchmark.Scan(message);
            var structure = Enumerable.Range(0, Rounds).Max(_ => Round(message, octets => ScanBenchmark.Parts(octets)));
            var scan = Enumerable.Range(0, Rounds).Max(_ => Round(message, octets => ScanBenchmark.Scan(octets)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            ScanBenchmark.Scan(message);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {message.Length} | {structure:0} | {scan:0} | {allocated} |"));
        }
        return 0;
    }

    static double Round(byte[] message, Action<byte[]> scan)
    {
        using var process = Process.GetCurrentProcess();
        var octets = 0L;
        var from = process.UserProcessorTime;
        TimeSpan spent;
        do
        {
            for (var i = 0; i < 1 + (1 << 20) / message.Length; i++)
            {
                scan(message);
                octets += message.Length;
            }
            process.Refresh();
            spent = process.UserProcessorTime - from;
        }
        while (spent < RoundLength);
        return octets / spent.TotalSeconds / 1e6;
    }

    // Every line might be a delimiter of any of the multiparts.
    static byte[] Deep(int octets)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 99; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i:00}\r\n\r\n--b{i:00}\r\n");
        }
        text.Append("\r\n");
        while (text.Length < octets)
        {
            text.Append("--bxx\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    static byte[] Digest(int messages) =>
        Encoding.ASCII.GetBytes("Content-Type: multipart/digest; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nSubject: x\r\n\r\nx\r\n", messages)) + "--b--\r\n");

    static byte[] Html(int octets) =>
        Encoding.ASCII.GetBytes("Content-Type: text/html; charset=utf-8\r\n\r\n" + string.Concat(Enumerable.Repeat("<p class=\"x\">The quick &amp; <b>brown</b> fox.</p>\r\n", octets / 50)));

    static byte[] Line(int octets) => Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\n\r\n" + new string('x', octets));
}
