using System.Buffers;

namespace AgentPost.Mime.Headers;

/// <summary>Reads the parameters of a field (RFC 2045 §5.1), leniently, and joins the continued ones (RFC 2231 §3).</summary>
static class MimeParameters
{
    /// <summary>What comes after so many is left out.</summary>
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
                // Junk, or the semicolon; a forgotten semicolon does no harm.
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

    // More than a token is taken: file names with blanks, boundaries with "=". A comment ends it.
    static ReadOnlySpan<byte> Unquoted(ref FieldLexer lexer)
    {
        var value = lexer.Until(ValueEnd);
        var comment = value.IndexOf(" ("u8);
        return (comment < 0 ? value : value[..comment]).TrimEnd(" \t"u8);
    }
}
