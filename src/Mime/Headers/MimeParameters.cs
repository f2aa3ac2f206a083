using System.Buffers;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Reads the parameters of a field (RFC 2045 §5.1), leniently, and joins the continued ones (RFC 2231 §3).
/// </summary>
static class MimeParameters
{
    /// <summary>Maximum number of parameters; later ones are ignored.</summary>
    const int MaxParameters = 128;

    static readonly SearchValues<byte> ValueEnd = SearchValues.Create(";"u8);

    // *(";" parameter)  parameter := attribute "=" value
    public static List<MimeParameter> Read(ref FieldLexer lexer)
    {
        var parameters = new List<MimeParameter>();
        var continued = false;
        while (parameters.Count < MaxParameters)
        {
            lexer.SkipBlanks();
            if (lexer.AtEnd)
            {
                break;
            }
            var name = lexer.Token();
            lexer.SkipBlanks();
            if (name.Length == 0 || !lexer.TrySkip('='))
            {
                // Skip junk or the semicolon; a missing semicolon is tolerated.
                if (name.Length == 0)
                {
                    lexer.Skip();
                }
                continue;
            }
            lexer.SkipBlanks();
            var value = lexer.Peek == '"' ? lexer.QuotedString() : Unquoted(ref lexer);
            parameters.Add(new MimeParameter(name, value.ToArray()));
            continued |= name.Contains('*');
        }
        return continued ? ContinuedParameters.Join(parameters) : parameters;
    }

    // Accepts more than a token: file names with spaces, boundaries with "=". A comment ends the value.
    static ReadOnlySpan<byte> Unquoted(ref FieldLexer lexer)
    {
        var value = lexer.Until(ValueEnd);
        var comment = value.IndexOf(" ("u8);
        return (comment < 0 ? value : value[..comment]).TrimEnd(" \t"u8);
    }
}
