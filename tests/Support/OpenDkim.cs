using System.Diagnostics;

namespace AgentPost.Support;

/// <summary>OpenDKIM as a second opinion: signs one message with a key of its own.</summary>
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
        var folder = Directory.CreateTempSubdirectory("agentpost-opendkim-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key);
            await File.WriteAllTextAsync(Path.Combine(folder, "message"), message);
            var configuration = Path.Combine(folder, "opendkim.conf");
            await File.WriteAllTextAsync(
                configuration,
                $"Mode s\nDomain {domain}\nSelector {selector}\nKeyFile {folder}/key.pem\nCanonicalization {forms}\n"
                + $"SignatureAlgorithm rsa-sha256\nRequireSafeKeys no\nTemporaryDirectory {folder}\n");
            var output = await RunAsync("-x", configuration, "-t", Path.Combine(folder, "message"), "-vvv");
            var start = output.IndexOf(Marker, StringComparison.Ordinal);
            var end = start < 0 ? -1 : output.IndexOf('\'', start + Marker.Length);
            return end < 0
                ? throw new InvalidOperationException($"OpenDKIM did not sign: {output}")
                : $"DKIM-Signature: {output[(start + Marker.Length)..end].ReplaceLineEndings("\r\n")}\r\n";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
}
