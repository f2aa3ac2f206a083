using System.Buffers;

namespace AgentPost.Mime.Structure;

/// <summary>Converts a rendered BODYSTRUCTURE.</summary>
public static class BodyStructures
{
    /// <summary>
    /// Writes a BODYSTRUCTURE in the form of FETCH BODY: the same without extension data (RFC 9051 §7.5.2). Throws
    /// <see cref="FormatException"/> if the bytes are not a BODYSTRUCTURE.
    /// </summary>
    public static void WriteBody(ReadOnlySpan<byte> bodyStructure, IBufferWriter<byte> output)
    {
        var reader = new BodyStructureReader(bodyStructure);
        // For each open body: true for a multipart, false for a message part.
        var open = new Stack<bool>();
        do
        {
            var start = reader.Position;
            reader.Expect('(');
            if (reader.Peek == '(')
            {
                output.Write("("u8);
                open.Push(true);
                continue;
            }
            var isMessage = SkipLeaf(ref reader);
            output.Write(bodyStructure[start..reader.Position]);
            if (isMessage)
            {
                open.Push(false);
                continue;
            }
            reader.SkipToClose();
            output.Write(")"u8);
            CloseAll(ref reader, open, bodyStructure, output);
        }
        while (open.Count > 0);
    }

    // A body has ended, and with it each enclosing body that has no further body inside.
    static void CloseAll(ref BodyStructureReader reader, Stack<bool> open, ReadOnlySpan<byte> bodyStructure, IBufferWriter<byte> output)
    {
        while (open.Count > 0 && !(open.Peek() && reader.Peek == '('))
        {
            // SP media-subtype, or SP body-fld-lines
            var start = reader.Position;
            reader.Expect(' ');
            reader.SkipValue();
            output.Write(bodyStructure[start..reader.Position]);
            output.Write(")"u8);
            reader.SkipToClose();
            open.Pop();
        }
    }

    // Skips media type and body-fields, lines or envelope. Returns true if a body follows.
    static bool SkipLeaf(ref BodyStructureReader reader)
    {
        var type = reader.SkipValue();
        reader.Expect(' ');
        var subtype = reader.SkipValue();
        for (var i = 0; i < 5; i++)
        {
            reader.Expect(' ');
            reader.SkipValue();
        }
        var isMessage = type.SequenceEqual("\"MESSAGE\""u8) && (subtype.SequenceEqual("\"RFC822\""u8) || subtype.SequenceEqual("\"GLOBAL\""u8));
        if (isMessage || type.SequenceEqual("\"TEXT\""u8))
        {
            reader.Expect(' ');
            reader.SkipValue();
        }
        if (isMessage)
        {
            reader.Expect(' ');
        }
        return isMessage;
    }
}
