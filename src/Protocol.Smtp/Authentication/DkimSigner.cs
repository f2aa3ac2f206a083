using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Mime;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Signs messages of one domain (RFC 6376): rsa-sha256, relaxed/relaxed. Any thread.</summary>
/// <param name="domain">As in the DNS.</param>
/// <param name="selector">The key's record is at <c>selector._domainkey.domain</c>.</param>
/// <param name="key">RSA, PKCS #8.</param>
public sealed class DkimSigner(string domain, string selector, ReadOnlyMemory<byte> key)
{
    const int BufferOctets = 64 * 1024;
    const int LineChars = 72;

    // RFC 8301 §3.2; what is longer does not fit into the records that some zone editors take.
    const int KeyBits = 2048;

    // RFC 6376 §5.4.1; what servers on the way add or change (Received, Return-Path) is not among them.
    static readonly string[] Signed =
    [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    ];

    public string Domain { get; } = domain;

    /// <summary>Where the DNS has the key.</summary>
    public string RecordName => $"{selector}._domainkey.{Domain}";

    /// <summary>The TXT record there (RFC 6376 §3.6.1).</summary>
    public string Record => "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(PublicKey());

    /// <summary>Makes a key.</summary>
    /// <returns>PKCS #8.</returns>
    public static byte[] CreateKey()
    {
        using var rsa = RSA.Create(KeyBits);
        return rsa.ExportPkcs8PrivateKey();
    }

    /// <summary>Whether what the DNS has there verifies what is signed here.</summary>
    public bool IsVerifiedBy(string record)
    {
        using var published = DkimKey.Parse(record)?.ToRsa();
        return published is not null && published.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(PublicKey());
    }

    /// <summary>The DKIM-Signature field, CRLF included, for the top of the message.</summary>
    /// <param name="header">As it leaves.</param>
    /// <param name="body">Read to its end; the caller disposes it.</param>
    public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> header, Stream body, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = Convert.ToBase64String(await HashAsync(body, cancellation));
        var names = Names(header.Span);
        var unsigned = Encoding.ASCII.GetBytes(
            $"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={Domain}; s={selector};\r\n"
            + string.Create(CultureInfo.InvariantCulture, $"\tt={now.ToUnixTimeSeconds()}; h={Folded(names)};\r\n")
            + $"\tbh={hash};\r\n"
            + "\tb=");
        using var rsa = PrivateKey();
        var signature = rsa.SignData(
            SignedFields.Octets(header.Span, names, unsigned, Canonicalization.Relaxed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var folded = string.Join("\r\n\t", Convert.ToBase64String(signature).Chunk(LineChars).Select(chars => new string(chars)));
        return [.. unsigned, .. Encoding.ASCII.GetBytes(folded), .. "\r\n"u8];
    }

    RSA PrivateKey()
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(key.Span, out _);
        return rsa;
    }

    byte[] PublicKey()
    {
        using var rsa = PrivateKey();
        return rsa.ExportSubjectPublicKeyInfo();
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

    // Each as often as it is there, and From once more: a second From added on the way breaks the signature (RFC 6376 §8.15).
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
