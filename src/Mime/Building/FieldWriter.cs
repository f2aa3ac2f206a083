using System.Text;

namespace AgentPost.Mime;

/// <summary>Writes the fields of a header (RFC 5322 §3.6, RFC 2045, RFC 2183), each by its grammar. No value can end its field.</summary>
sealed class FieldWriter
{
    /// <summary>A display name or file name up to here is one word when it is ASCII.</summary>
    const int MaxQuotedChars = 60;

    const int MaxMessageIdOctets = 900;

    readonly FieldFolder _folder = new();

    public bool HasUtf8 => _folder.HasUtf8;

    public byte[] ToArray() => _folder.ToArray();

    // unstructured
    public void Text(string name, string text)
    {
        FieldValue.Checked(text, name);
        _folder.Begin(name);
        if (EncodedWordWriter.IsNeeded(text) || text.Split(' ').Any(word => word.Length > FieldFolder.MaxWordOctets - FieldFolder.PreferredOctets))
        {
            EncodedWordWriter.Write(_folder, text);
        }
        else
        {
            _folder.Words(text);
        }
        _folder.End();
    }

    /// <summary>Words of the grammar's own, nothing that comes from elsewhere.</summary>
    public void Words(string name, string words)
    {
        _folder.Begin(name);
        _folder.Words(FieldValue.Checked(words, name));
        _folder.End();
    }

    // date-time
    public void Date(string name, DateTimeOffset date) => Words(name, MailDate.Format(date));

    // msg-id
    public void MessageId(string name, string id)
    {
        if (!IsWritable(FieldValue.Checked(id, name)))
        {
            throw new ArgumentException($"\"{id}\" cannot be an id", name);
        }
        Words(name, $"<{id}>");
    }

    // 1*msg-id. One that no header can carry, as received mail may have, is left out.
    public void MessageIds(string name, IReadOnlyList<string> ids)
    {
        var writable = ids.Where(id => IsWritable(FieldValue.Checked(id, name))).ToList();
        if (writable.Count == 0)
        {
            return;
        }
        _folder.Begin(name);
        writable.ForEach(id => _folder.Word($"<{id}>"));
        _folder.End();
    }

    // address-list
    public void Addresses(string name, IReadOnlyList<MessageAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }
        _folder.Begin(name);
        for (var i = 0; i < addresses.Count; i++)
        {
            Address(addresses[i], i + 1 < addresses.Count ? "," : "");
        }
        _folder.End();
    }

    /// <summary>A value with parameters, as Content-Type; null parameters are left out.</summary>
    public void Parameters(string name, string value, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        _folder.Begin(name);
        _folder.Word(value);
        foreach (var (parameter, text) in parameters)
        {
            if (text is not null)
            {
                ParameterWriter.Write(_folder, parameter, FieldValue.Checked(text, parameter));
            }
        }
        _folder.End();
    }

    public void Blank() => _folder.End();

    static bool IsWritable(string id) =>
        id.Length > 0 && Encoding.UTF8.GetByteCount(id) <= MaxMessageIdOctets && !id.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>');

    void Address(MessageAddress address, string separator)
    {
        if (address is MailboxAddress mailbox)
        {
            Mailbox(mailbox, separator);
            return;
        }
        // group = display-name ":" [group-list] ";"
        var group = (GroupAddress)address;
        Phrase(group.DisplayName.Length == 0 ? " " : group.DisplayName);
        // An encoded word is kept apart from specials (RFC 2047 §5 rule 3); elsewhere the blank does no harm.
        _folder.Append(" :");
        for (var i = 0; i < group.Members.Count; i++)
        {
            Mailbox(group.Members[i], i + 1 < group.Members.Count ? "," : "");
        }
        _folder.Append(";" + separator);
    }

    // mailbox = name-addr / addr-spec
    void Mailbox(MailboxAddress mailbox, string separator)
    {
        var addrSpec = AddrSpec.Write(mailbox.AddrSpec);
        if (string.IsNullOrEmpty(mailbox.DisplayName))
        {
            _folder.Word(addrSpec + separator);
            return;
        }
        Phrase(mailbox.DisplayName);
        _folder.Word($"<{addrSpec}>{separator}");
    }

    // phrase = 1*word, or encoded words
    void Phrase(string text)
    {
        FieldValue.Checked(text, "display name");
        if (EncodedWordWriter.IsNeeded(text) || text.Length > MaxQuotedChars)
        {
            EncodedWordWriter.Write(_folder, text);
        }
        else if (text.Split(' ').All(word => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(FieldValue.Atext)))
        {
            _folder.Words(text);
        }
        else
        {
            _folder.Word(FieldValue.Quoted(text));
        }
    }
}
