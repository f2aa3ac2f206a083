using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Reads decoded fields from a rendered ENVELOPE (RFC 9051 §7.5.2), so that callers need not parse the header a second
/// time.
/// </summary>
public static class EnvelopeReader
{
    /// <summary>Returns the subject; empty if there is none.</summary>
    public static string Subject(ReadOnlySpan<byte> envelope) => Text(envelope, EnvelopeField.Subject) ?? "";

    /// <summary>Returns the first address of a field; null if there is none.</summary>
    public static EnvelopeAddress? FirstAddress(ReadOnlySpan<byte> envelope, EnvelopeField field)
    {
        var reader = FieldAt(envelope, field);
        if (reader.Peek != '(')
        {
            return null;
        }
        reader.Expect('(');
        return ReadAddress(ref reader);
    }

    /// <summary>Returns the decoded text of a field that is not an address field; null if there is none.</summary>
    public static string? Text(ReadOnlySpan<byte> envelope, EnvelopeField field)
    {
        var reader = FieldAt(envelope, field);
        return TextOf(reader.SkipValue());
    }

    /// <summary>Returns the first Message-ID of In-Reply-To, without angle brackets; null if there is none.</summary>
    public static string? InReplyTo(ReadOnlySpan<byte> envelope)
    {
        var reader = FieldAt(envelope, EnvelopeField.InReplyTo);
        return MessageIds.First(Content(reader.SkipValue()));
    }

    /// <summary>Returns the addresses of a field, including the members of groups.</summary>
    public static IReadOnlyList<EnvelopeAddress> Addresses(ReadOnlySpan<byte> envelope, EnvelopeField field)
    {
        var addresses = new List<EnvelopeAddress>();
        var reader = FieldAt(envelope, field);
        if (reader.Peek != '(')
        {
            return addresses;
        }
        reader.Expect('(');
        while (reader.Peek == '(')
        {
            if (ReadAddress(ref reader) is { Mailbox: not null, Host: not null } address)
            {
                addresses.Add(address);
            }
            reader.Expect(')');
        }
        return addresses;
    }

    static BodyStructureReader FieldAt(ReadOnlySpan<byte> envelope, EnvelopeField field)
    {
        var reader = new BodyStructureReader(envelope);
        reader.Expect('(');
        for (var before = 0; before < (int)field; before++)
        {
            reader.SkipValue();
            reader.Expect(' ');
        }
        return reader;
    }

    // address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")", up to the closing parenthesis
    static EnvelopeAddress ReadAddress(ref BodyStructureReader reader)
    {
        reader.Expect('(');
        var name = reader.SkipValue();
        reader.Expect(' ');
        reader.SkipValue();
        reader.Expect(' ');
        var mailbox = reader.SkipValue();
        reader.Expect(' ');
        var host = reader.SkipValue();
        return new(TextOf(name), TextOf(mailbox), TextOf(host));
    }

    internal static string? TextOf(ReadOnlySpan<byte> value) => value.SequenceEqual("NIL"u8) ? null : DisplayText.Clean(EncodedWords.Decode(Content(value)));

    /// <summary>Returns the content of a string = quoted / literal; empty for NIL.</summary>
    internal static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> value) => value switch
    {
        [(byte)'{', ..] => value[(value.IndexOf((byte)'\n') + 1)..],
        [(byte)'"', .. var quoted, (byte)'"'] => Unquoting.Unquote(quoted),
        _ => [],
    };
}

/// <summary>The fields of an envelope, in their order.</summary>
public enum EnvelopeField
{
    Date,
    Subject,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    InReplyTo,
    MessageId,
}

/// <summary>One address of an envelope, decoded. Null stands for NIL.</summary>
public sealed record EnvelopeAddress(string? Name, string? Mailbox, string? Host)
{
    /// <summary>
    /// The address. Its local part is quoted unless it is a dot-atom (RFC 5322 §3.4.1), so that it parses as one
    /// address.
    /// </summary>
    public string Email => $"{LocalPart.Write(Mailbox ?? "")}@{Host}";
}
