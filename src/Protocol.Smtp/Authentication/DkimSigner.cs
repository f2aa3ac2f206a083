using System.Buffers;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Signs messages of one domain (RFC 6376) with each of its keys, relaxed/relaxed. Thread-safe.</summary>
/// <param name="domain">The domain, in the form used in the DNS.</param>
public sealed class DkimSigner(string domain, IReadOnlyList<DkimSigningKey> keys)
{
    const int BufferOctets = 64 * 1024;
    const int LineChars = 72;

    // RFC 6376 §5.4.1. Excludes fields that servers add or change in transit (Received, Return-Path).
    static readonly string[] Signed =
    [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    ];

    /// <summary>
    /// Returns the DKIM-Signature fields to prepend to the message, CRLF included: one per key, in the order of the
    /// keys.
    /// </summary>
    /// <param name="header">The header exactly as it is sent.</param>
    /// <param name="body">Read to its end. The caller disposes it.</param>
    public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> header, Stream body, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = Convert.ToBase64String(await HashAsync(body, cancellation));
        var names = Names(header.Span);
        return [.. keys.SelectMany(key => Sign(key, header.Span, names, hash, now))];
    }

    byte[] Sign(DkimSigningKey key, ReadOnlySpan<byte> header, List<string> names, string bodyHash, DateTimeOffset now)
    {
        var unsigned = Encoding.ASCII.GetBytes(
            $"DKIM-Signature: v=1; a={key.Type}-sha256; c=relaxed/relaxed; d={domain}; s={key.Selector};\r\n"
            + string.Create(CultureInfo.InvariantCulture, $"\tt={now.ToUnixTimeSeconds()}; h={Folded(names)};\r\n")
            + $"\tbh={bodyHash};\r\n"
            + "\tb=");
        var signature = key.Sign(SignedFields.Octets(header, names, unsigned, Canonicalization.Relaxed));
        var folded = string.Join("\r\n\t", Convert.ToBase64String(signature).Chunk(LineChars).Select(chars => new string(chars)));
        return [.. unsigned, .. Encoding.ASCII.GetBytes(folded), .. "\r\n"u8];
    }

    static async Task<byte[]> HashAsync(Stream body, CancellationToken cancellation)
    {
        using var hash = new BodyHash(Canonicalization.Relaxed);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferOctets);
        try
        {
            while (await body.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                hash.Write(buffer.AsSpan(0, read));
            }
            return hash.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Names each field as often as it occurs, and From once more: a second From added in transit then breaks the
    // signature (RFC 6376 §8.15).
    static List<string> Names(ReadOnlySpan<byte> header)
    {
        var counts = Signed.ToDictionary(name => name, _ => 0, StringComparer.OrdinalIgnoreCase);
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            var name = Encoding.ASCII.GetString(reader.Name);
            if (counts.TryGetValue(name, out var count))
            {
                counts[name] = count + 1;
            }
        }
        counts["From"]++;
        return [.. Signed.SelectMany(name => Enumerable.Repeat(name, counts[name]))];
    }

    // sig-h-tag = %x68 [FWS] "=" [FWS] hdr-name *( [FWS] ":" [FWS] hdr-name )
    static string Folded(List<string> names)
    {
        var folded = new StringBuilder();
        var line = 0;
        foreach (var name in names)
        {
            var separator = folded.Length == 0 ? "" : ":";
            if (line + name.Length > LineChars)
            {
                folded.Append(separator).Append("\r\n\t ").Append(name);
                line = 0;
            }
            else
            {
                folded.Append(separator).Append(name);
            }
            line += name.Length + 1;
        }
        return folded.ToString();
    }
}
