using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>Reads the header of an inbound message, and builds the header that is stored.</summary>
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
    /// Returns the header to store: Return-Path, Received and Authentication-Results (RFC 5321 §4.4, RFC 8601 §5), then
    /// the received fields. Removes the fields that only this server may write: Return-Path, and Authentication-Results
    /// with this server's authserv-id or one that cannot be read.
    /// </summary>
    /// <param name="report">Null if the message was not authenticated.</param>
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
        // Another program might read an invalid authserv-id as this server's.
        return authserv is null
            || (authserv.Equals(options.Hostname, StringComparison.OrdinalIgnoreCase) && !AuthenticationResults.IsTrusted(authserv, options));
    }
}
