using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>Reads decoded fields out of a rendered ENVELOPE (RFC 9051 §7.5.2), so that what needs one of them need not parse the header again.</summary>
public static class EnvelopeReader
{
    /// <summary>The subject; empty when there is none.</summary>
    public static string Subject(ReadOnlySpan<byte> envelope) => Text(envelope, EnvelopeField.Subject) ?? "";

    /// <summary>The first address of a field; null when there is none.</summary>
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

    /// <summary>The decoded text of a field that is no address; null when there is none.</summary>
    public static string? Text(ReadOnlySpan<byte> envelope, EnvelopeField field)
    {
        var reader = FieldAt(envelope, field);
        return TextOf(reader.SkipValue());
    }

    /// <summary>The Message-ID of the message that this one answers, without angle brackets; the first of several. Null if there is none.</summary>
    public static string? InReplyTo(ReadOnlySpan<byte> envelope)
    {
        var reader = FieldAt(envelope, EnvelopeField.InReplyTo);
        return MessageIds.First(Content(reader.SkipValue()));
    }

    /// <summary>The addresses of a field; groups are taken apart.</summary>
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

    /// <summary>What is in a string = quoted / literal; nothing in NIL.</summary>
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

/// <summary>One address of an envelope, decoded. Null is what ENVELOPE tells as NIL.</summary>
public sealed record EnvelopeAddress(string? Name, string? Mailbox, string? Host)
{
    /// <summary>
    /// The address, its local part quoted unless it is a dot-atom (RFC 5322 §3.4.1), so that it reads as one address.
    /// </summary>
    public string Email => $"{LocalPart.Write(Mailbox ?? "")}@{Host}";
}
