using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>The header of a message from outside, as it comes and as recipients get it.</summary>
static class InboundHeader
{
    public static int CountHops(ReadOnlySpan<byte> header)
    {
        var hops = 0;
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            hops += Ascii.EqualsIgnoreCase(reader.Name, "Received"u8) ? 1 : 0;
        }
        return hops;
    }

    /// <summary>
    /// The return path, the trace and what was found out on top (RFC 5321 §4.4, RFC 8601 §5), then the fields as they came, but for those that only we may write:
    /// Return-Path, and Authentication-Results in our name.
    /// </summary>
    /// <param name="report">Null: nothing was found out.</param>
    public static ReadOnlyMemory<byte> Of(
        ReadOnlySpan<byte> header, string reversePath, ReadOnlySpan<byte> received, AuthenticationReport? report, SmtpOptions options)
    {
        var output = new ArrayBufferWriter<byte>(header.Length + 1024);
        output.Write(Encoding.UTF8.GetBytes($"Return-Path: <{reversePath}>\r\n"));
        output.Write(received);
        output.Write(Encoding.UTF8.GetBytes(report?.Field(options.Hostname) ?? ""));
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (!Ascii.EqualsIgnoreCase(reader.Name, "Return-Path"u8) && !IsForged(reader, options))
            {
                output.Write(reader.Field);
            }
        }
        if (reader.IsAtBlankLine)
        {
            output.Write("\r\n"u8);
        }
        return output.WrittenMemory;
    }

    static bool IsForged(in HeaderFieldReader reader, SmtpOptions options)
    {
        if (!Ascii.EqualsIgnoreCase(reader.Name, AuthenticationResults.FieldName))
        {
            return false;
        }
        var authserv = AuthenticationResults.AuthservOf(reader.Value);
        // What cannot be read might be read as ours by somebody else.
        return authserv is null
            || (authserv.Equals(options.Hostname, StringComparison.OrdinalIgnoreCase) && !AuthenticationResults.IsTrusted(authserv, options));
    }
}
