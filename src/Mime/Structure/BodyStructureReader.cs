using System.Buffers.Text;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Steps over the values of a rendered BODYSTRUCTURE. Throws <see cref="FormatException"/> if it is malformed.
/// </summary>
ref struct BodyStructureReader(ReadOnlySpan<byte> octets)
{
    readonly ReadOnlySpan<byte> _octets = octets;

    public int Position { get; private set; }

    /// <summary>The next byte; 0 at the end.</summary>
    public readonly byte Peek => Position < _octets.Length ? _octets[Position] : (byte)0;

    public void Expect(char octet)
    {
        if (Peek != octet)
        {
            throw new FormatException($"'{octet}' expected at octet {Position} of a BODYSTRUCTURE.");
        }
        Position++;
    }

    /// <summary>Skips and returns a string, NIL, a number, or a list of any depth.</summary>
    public ReadOnlySpan<byte> SkipValue()
    {
        var start = Position;
        var depth = 0;
        do
        {
            depth += SkipToken();
        }
        while (depth > 0);
        return _octets[start..Position];
    }

    /// <summary>Skips to the position after the parenthesis that closes the current list.</summary>
    public void SkipToClose()
    {
        var depth = 1;
        while (depth > 0)
        {
            depth += SkipToken();
        }
    }

    // Returns the change of depth.
    int SkipToken()
    {
        switch (Peek)
        {
            case (byte)'(':
                Position++;
                return 1;
            case (byte)')':
                Position++;
                return -1;
            case (byte)'"':
                SkipQuoted();
                return 0;
            case (byte)'{':
                SkipLiteral();
                return 0;
            case (byte)' ':
                Position++;
                return 0;
            default:
                SkipAtom();
                return 0;
        }
    }

    void SkipQuoted()
    {
        for (Position++; Position < _octets.Length; Position++)
        {
            if (_octets[Position] == '\\')
            {
                Position++;
            }
            else if (_octets[Position] == '"')
            {
                Position++;
                return;
            }
        }
        throw new FormatException("A string of a BODYSTRUCTURE does not end.");
    }

    void SkipLiteral()
    {
        Position++;
        if (!Utf8Parser.TryParse(_octets[Position..], out int length, out var digits) || length < 0)
        {
            throw new FormatException("A literal of a BODYSTRUCTURE has no length.");
        }
        Position += digits;
        Expect('}');
        Expect('\r');
        Expect('\n');
        if (length > _octets.Length - Position)
        {
            throw new FormatException("A literal of a BODYSTRUCTURE does not end.");
        }
        Position += length;
    }

    void SkipAtom()
    {
        var length = _octets[Math.Min(Position, _octets.Length)..].IndexOfAny((byte)' ', (byte)'(', (byte)')');
        if (length <= 0)
        {
            throw new FormatException("A BODYSTRUCTURE ends too soon.");
        }
        Position += length;
    }
}
