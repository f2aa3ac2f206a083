using System.Diagnostics;
using System.Net;
using System.Text;

namespace AgentPost.Support;

/// <summary>OpenDKIM as a second opinion: signs one message with a key of its own, or verifies one.</summary>
public static class OpenDkim
{
    const string Marker = "### INSHEADER: idx=0 hname='DKIM-Signature' hvalue='";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Of Debian, Homebrew.
    static readonly string[] Programs = ["/usr/sbin/opendkim", "/opt/homebrew/sbin/opendkim", "/usr/local/sbin/opendkim"];

    /// <summary>The DKIM-Signature field to put on top of the message, CRLF included.</summary>
    /// <param name="key">PEM.</param>
    /// <param name="forms">Of header and body: <c>relaxed/simple</c>.</param>
    public static async Task<string> SignAsync(string domain, string selector, string key, string forms, string message)
    {
        using var folder = new Folder();
        await folder.WriteAsync("key.pem", key);
        var configuration = await folder.WriteAsync(
            "opendkim.conf",
            $"Mode s\nDomain {domain}\nSelector {selector}\nKeyFile {folder.Path}/key.pem\nCanonicalization {forms}\n"
            + $"SignatureAlgorithm rsa-sha256\nRequireSafeKeys no\nTemporaryDirectory {folder.Path}\n");
        var output = await RunAsync("-x", configuration, "-t", await folder.WriteAsync("message", message), "-vvv");
        var start = output.IndexOf(Marker, StringComparison.Ordinal);
        var end = start < 0 ? -1 : output.IndexOf('\'', start + Marker.Length);
        return end < 0
            ? throw new InvalidOperationException($"OpenDKIM did not sign: {output}")
            : $"DKIM-Signature: {output[(start + Marker.Length)..end].ReplaceLineEndings("\r\n")}\r\n";
    }

    /// <summary>What it says of a message: <c>verification (s=…, d=…, 2048-bit key) succeeded</c>, or what is wrong.</summary>
    /// <param name="message">An octet a character, CRLF line ends.</param>
    /// <param name="dns">Where keys are asked for.</param>
    public static async Task<string> VerifyAsync(string message, IPEndPoint dns)
    {
        using var folder = new Folder();
        // libunbound knows that nothing is below .test, unless it is told otherwise.
        var resolver = await folder.WriteAsync(
            "unbound.conf",
            "server:\n  do-not-query-localhost: no\n  module-config: \"iterator\"\n  local-zone: \"test.\" nodefault\n"
            + $"forward-zone:\n  name: \".\"\n  forward-addr: {dns.Address}@{dns.Port}\n");
        var configuration = await folder.WriteAsync(
            "opendkim.conf", $"Mode v\nResolverConfiguration {resolver}\nTemporaryDirectory {folder.Path}\n");
        return await RunAsync("-x", configuration, "-t", await folder.WriteAsync("message", message), "-v");
    }

    static async Task<string> RunAsync(params string[] words)
    {
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("OpenDKIM is not installed: ./agentpost test does it, or apt-get install opendkim.");
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("OpenDKIM did not start.");
        var result = await CommandResult.OfAsync(process, Limit);
        return result.Output + result.Error;
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("agentpost-opendkim-").FullName;

        public async Task<string> WriteAsync(string name, string text)
        {
            var file = System.IO.Path.Combine(Path, name);
            await File.WriteAllTextAsync(file, text, Encoding.Latin1);
            return file;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
