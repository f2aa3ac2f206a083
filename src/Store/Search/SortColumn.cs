using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;

namespace AgentPost.Store.Search;

/// <summary>The values of one sort criterion, for messages identified by index.</summary>
sealed class SortColumn
{
    readonly SortCriterion _criterion;
    readonly long[] _numbers = [];
    readonly byte[][] _texts = [];

    public SortColumn(SortCriterion criterion, int count)
    {
        _criterion = criterion;
        Needs = criterion.Key switch
        {
            SortKey.Arrival or SortKey.Size => OrderFields.None,
            SortKey.Date => OrderFields.SentAt,
            _ => OrderFields.Envelope,
        };
        if (Needs is OrderFields.Envelope)
        {
            _texts = new byte[count][];
            Array.Fill(_texts, []);
        }
        else
        {
            _numbers = new long[count];
        }
    }

    public OrderFields Needs { get; }

    public void Set(int index, in OrderRow row)
    {
        if (Needs is OrderFields.Envelope)
        {
            _texts[index] = UnicodeCasemap.Key(Text(row.Envelope));
        }
        else
        {
            _numbers[index] = _criterion.Key switch
            {
                SortKey.Size => row.Size,
                // Whole seconds, because that is the precision that clients see.
                SortKey.Arrival => row.InternalAt.Ticks / TimeSpan.TicksPerSecond,
                _ => row.SentAt.Ticks / TimeSpan.TicksPerSecond,
            };
        }
    }

    public int Compare(int left, int right)
    {
        var order = Needs is OrderFields.Envelope
            ? _texts[left].AsSpan().SequenceCompareTo(_texts[right])
            : _numbers[left].CompareTo(_numbers[right]);
        return _criterion.Direction is SortDirection.Descending ? -order : order;
    }

    string Text(byte[] envelope) => _criterion.Key switch
    {
        SortKey.Subject => BaseSubject.Of(EnvelopeReader.Subject(envelope)).Text,
        SortKey.From => Mailbox(envelope, EnvelopeField.From),
        SortKey.To => Mailbox(envelope, EnvelopeField.To),
        SortKey.Cc => Mailbox(envelope, EnvelopeField.Cc),
        SortKey.DisplayFrom => Display(envelope, EnvelopeField.From),
        SortKey.DisplayTo => Display(envelope, EnvelopeField.To),
        _ => throw new ArgumentOutOfRangeException(nameof(envelope), _criterion.Key, "Not a text."),
    };

    static string Mailbox(byte[] envelope, EnvelopeField field) => EnvelopeReader.FirstAddress(envelope, field)?.Mailbox ?? "";

    static string Display(byte[] envelope, EnvelopeField field) => EnvelopeReader.FirstAddress(envelope, field) switch
    {
        { Name: { Length: > 0 } name } => name,
        { Mailbox: { } mailbox, Host: { } host } => $"{mailbox}@{host}",
        { Mailbox: { } mailbox } => mailbox,
        _ => "",
    };
}
