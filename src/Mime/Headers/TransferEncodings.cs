using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Headers;

/// <summary>Reads Content-Transfer-Encoding (RFC 2045 §6.1).</summary>
static class TransferEncodings
{
    public static ContentTransferEncoding Read(HeaderBlock header)
    {
        var token = Token(header);
        return token switch
        {
            "" or "7BIT" => ContentTransferEncoding.SevenBit,
            "8BIT" => ContentTransferEncoding.EightBit,
            "BINARY" => ContentTransferEncoding.Binary,
            "QUOTED-PRINTABLE" => ContentTransferEncoding.QuotedPrintable,
            "X-UUENCODE" or "UUENCODE" or "X-UUE" or "UUE" => ContentTransferEncoding.Uuencode,
            "BASE64" => ContentTransferEncoding.Base64,
            _ => ContentTransferEncoding.Unknown,
        };
    }

    /// <summary>Returns the mechanism in upper case; empty if the field is absent or has none.</summary>
    public static string Token(HeaderBlock header)
    {
        var lexer = new FieldLexer(header.Text("Content-Transfer-Encoding"u8));
        lexer.SkipBlanks();
        return lexer.Token();
    }
}
