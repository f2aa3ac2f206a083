using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Reads the parts with content from a rendered BODYSTRUCTURE (RFC 9051 §7.5.2), so that callers need not parse the
/// message a second time.
/// </summary>
public static class BodyParts
{
    /// <summary>
    /// Returns the parts in the order of the message. Throws <see cref="FormatException"/> if the bytes are not a
    /// BODYSTRUCTURE.
    /// </summary>
    public static IReadOnlyList<BodyPart> Read(ReadOnlySpan<byte> bodyStructure)
    {
        var parts = new List<BodyPart>();
        var reader = new BodyStructureReader(bodyStructure);
        ReadBody(ref reader, [], parts);
        return AttachedMessageName.WithDistinctNames(parts);
    }

    // The scanner bounds the depth. The body of a message that is not a multipart is its part 1.
    static void ReadBody(ref BodyStructureReader reader, IReadOnlyList<int> path, List<BodyPart> parts)
    {
        reader.Expect('(');
        if (reader.Peek != '(')
        {
            parts.Add(ReadLeaf(ref reader, path.Count == 0 ? [1] : path));
            return;
        }
        for (var number = 1; reader.Peek == '('; number++)
        {
            ReadBody(ref reader, [.. path, number], parts);
        }
        reader.SkipToClose();
    }

    // body-type-1part = media-type SP body-fields [lines, or envelope SP body SP lines] [SP body-fld-md5 SP
    // body-fld-dsp …]
    static BodyPart ReadLeaf(ref BodyStructureReader reader, IReadOnlyList<int> path)
    {
        var type = EnvelopeReader.TextOf(reader.SkipValue()) ?? "";
        var subtype = Next(ref reader) ?? "";
        reader.Expect(' ');
        var parameters = Parameters(reader.SkipValue());
        var id = Next(ref reader);
        Next(ref reader);
        var encoding = Next(ref reader) ?? "";
        reader.Expect(' ');
        var octets = Utf8Parser.TryParse(reader.SkipValue(), out long count, out _) ? count : 0;
        var messageName = SkipSpecific(ref reader, type, subtype);
        var (disposition, dispositionParameters) = Disposition(ref reader);
        reader.SkipToClose();
        return new(
            path,
            $"{type}/{subtype}".ToLowerInvariant(),
            HeaderText.FileName(dispositionParameters, parameters) ?? messageName,
            ContentId(id),
            disposition?.ToLowerInvariant(),
            octets,
            encoding.ToUpper(CultureInfo.InvariantCulture))
        {
            Parameters = [.. TypeParameters(parameters)],
            IsNamedBySubject = messageName is not null && HeaderText.FileName(dispositionParameters, parameters) is null,
        };
    }

    // BODYSTRUCTURE contains us-ascii even if the message declares no charset.
    static IEnumerable<(string Name, string Value)> TypeParameters(List<MimeParameter> parameters) => parameters
        .Select(parameter => (parameter.Name.TrimEnd('*').ToLowerInvariant(), StorableText.Clean(parameter.Text())))
        .Where(parameter => parameter.Item1 is not ("name" or "boundary") && parameter is not ("charset", "us-ascii") && !parameter.Item2.Any(char.IsControl));

    // Some senders write an id without brackets, or with whitespace and comments around it.
    static string? ContentId(string? field) => field is null ? null : MessageIds.First(Encoding.UTF8.GetBytes(field)) ?? field.Trim().Trim('<', '>').Trim();

    // Returns the name of an attached message.
    static string? SkipSpecific(ref BodyStructureReader reader, string type, string subtype)
    {
        var isMessage = type == "MESSAGE" && subtype is "RFC822" or "GLOBAL";
        var name = isMessage ? AttachedMessageName.Of(NextValue(ref reader)) : null;
        for (var i = type == "TEXT" ? 1 : isMessage ? 2 : 0; i > 0; i--)
        {
            NextValue(ref reader);
        }
        return name;
    }

    // [SP body-fld-md5 [SP body-fld-dsp …]]; body-fld-dsp = "(" string SP body-fld-param ")" / nil
    static (string? Type, List<MimeParameter> Parameters) Disposition(ref BodyStructureReader reader)
    {
        if (reader.Peek != ' ')
        {
            return (null, []);
        }
        Next(ref reader);
        if (reader.Peek != ' ')
        {
            return (null, []);
        }
        reader.Expect(' ');
        var value = reader.SkipValue();
        if (value.IsEmpty || value[0] != '(')
        {
            return (null, []);
        }
        var inner = new BodyStructureReader(value);
        inner.Expect('(');
        var type = EnvelopeReader.TextOf(inner.SkipValue());
        inner.Expect(' ');
        return (type, Parameters(inner.SkipValue()));
    }

    // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
    static List<MimeParameter> Parameters(ReadOnlySpan<byte> value)
    {
        var parameters = new List<MimeParameter>();
        if (value.IsEmpty || value[0] != '(')
        {
            return parameters;
        }
        var reader = new BodyStructureReader(value);
        reader.Expect('(');
        while (reader.Peek is not ((byte)')' or 0))
        {
            var name = EnvelopeReader.TextOf(reader.SkipValue()) ?? "";
            reader.Expect(' ');
            parameters.Add(new(name.ToUpperInvariant(), EnvelopeReader.Content(reader.SkipValue()).ToArray()));
            if (reader.Peek == ' ')
            {
                reader.Expect(' ');
            }
        }
        return parameters;
    }

    static string? Next(ref BodyStructureReader reader) => EnvelopeReader.TextOf(NextValue(ref reader));

    static ReadOnlySpan<byte> NextValue(ref BodyStructureReader reader)
    {
        reader.Expect(' ');
        return reader.SkipValue();
    }
}
