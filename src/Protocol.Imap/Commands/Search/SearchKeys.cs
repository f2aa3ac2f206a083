using System.Collections.Frozen;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Store.Model;
using AgentPost.Store.Search;
using static AgentPost.Store.Search.SearchCriterion;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>
/// The search keys of RFC 9051 §6.4.4 and RFC 3501 §6.4.4, one row each, with those of OBJECTID (RFC 8474 §6), SAVEDATE
/// (RFC 8514 §4.3) and WITHIN (RFC 5032 §2).
/// </summary>
static class SearchKeys
{
    static readonly Not Nothing = new(new All());

    static readonly FrozenDictionary<string, KeyParse> Rows = new Dictionary<string, KeyParse>
    {
        ["ALL"] = (ref _) => new All(),
        ["ANSWERED"] = (ref _) => new HasFlag(SystemFlags.Answered),
        ["BCC"] = (ref parser) => Text(ref parser, TextField.Bcc),
        ["BEFORE"] = (ref parser) => Before(ref parser, DateField.Internal),
        ["BODY"] = (ref parser) => Text(ref parser, TextField.Body),
        ["CC"] = (ref parser) => Text(ref parser, TextField.Cc),
        ["DELETED"] = (ref _) => new HasFlag(SystemFlags.Deleted),
        ["DRAFT"] = (ref _) => new HasFlag(SystemFlags.Draft),
        ["EMAILID"] = (ref parser) => EmailId(ref parser),
        ["FLAGGED"] = (ref _) => new HasFlag(SystemFlags.Flagged),
        ["FROM"] = (ref parser) => Text(ref parser, TextField.From),
        ["HEADER"] = (ref parser) => HeaderField(ref parser),
        ["KEYWORD"] = (ref parser) => Keyword(ref parser),
        ["LARGER"] = (ref parser) => new Larger(Octets(ref parser)),
        ["MODSEQ"] = (ref parser) => Changed(ref parser),
        ["NEW"] = (ref _) => new And([new SessionCriterion.IsRecent(), new Not(new HasFlag(SystemFlags.Seen))]),
        ["NOT"] = (ref parser) => Negation(ref parser),
        ["OLD"] = (ref _) => new Not(new SessionCriterion.IsRecent()),
        ["OLDER"] = (ref parser) => new Not(Younger(ref parser)),
        ["ON"] = (ref parser) => On(ref parser, DateField.Internal),
        ["OR"] = (ref parser) => Alternatives(ref parser),
        ["RECENT"] = (ref _) => new SessionCriterion.IsRecent(),
        ["SAVEDATESUPPORTED"] = (ref _) => new All(),
        ["SAVEDBEFORE"] = (ref parser) => Before(ref parser, DateField.Saved),
        ["SAVEDON"] = (ref parser) => On(ref parser, DateField.Saved),
        ["SAVEDSINCE"] = (ref parser) => Since(ref parser, DateField.Saved),
        ["SEEN"] = (ref _) => new HasFlag(SystemFlags.Seen),
        ["SENTBEFORE"] = (ref parser) => Before(ref parser, DateField.Sent),
        ["SENTON"] = (ref parser) => On(ref parser, DateField.Sent),
        ["SENTSINCE"] = (ref parser) => Since(ref parser, DateField.Sent),
        ["SINCE"] = (ref parser) => Since(ref parser, DateField.Internal),
        ["SMALLER"] = (ref parser) => new Smaller(Octets(ref parser)),
        ["SUBJECT"] = (ref parser) => Text(ref parser, TextField.Subject),
        ["TEXT"] = (ref parser) => Text(ref parser, TextField.Text),
        ["THREADID"] = (ref parser) => ThreadId(ref parser),
        ["TO"] = (ref parser) => Text(ref parser, TextField.To),
        ["UID"] = (ref parser) => Uids(ref parser),
        ["UNANSWERED"] = (ref _) => new Not(new HasFlag(SystemFlags.Answered)),
        ["UNDELETED"] = (ref _) => new Not(new HasFlag(SystemFlags.Deleted)),
        ["UNDRAFT"] = (ref _) => new Not(new HasFlag(SystemFlags.Draft)),
        ["UNFLAGGED"] = (ref _) => new Not(new HasFlag(SystemFlags.Flagged)),
        ["UNKEYWORD"] = (ref parser) => new Not(Keyword(ref parser)),
        ["UNSEEN"] = (ref _) => new Not(new HasFlag(SystemFlags.Seen)),
        ["YOUNGER"] = (ref parser) => Younger(ref parser),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Parses the arguments of a search key, including the space before them.</summary>
    delegate SearchCriterion KeyParse(ref CommandParser parser);

    /// <summary>search-key *(SP search-key): all of them must match.</summary>
    public static SearchCriterion ParseAll(ref CommandParser parser)
    {
        var keys = new List<SearchCriterion>();
        do
        {
            keys.Add(ParseKey(ref parser));
        }
        while (parser.TrySp());
        return keys is [var only] ? only : new And(keys);
    }

    /// <summary>search-key = name [arguments] / sequence-set / "(" search-key *(SP search-key) ")"</summary>
    static SearchCriterion ParseKey(ref CommandParser parser)
    {
        if (parser.IsSequenceSetNext())
        {
            var set = parser.SequenceSet();
            if (!set.IsSaved)
            {
                parser.RefuseNumbers();
            }
            return new SessionCriterion.Numbers(set);
        }
        parser.Enter();
        var key = parser.TryOpen() ? Group(ref parser) : Named(ref parser);
        parser.Leave();
        return key;
    }

    static SearchCriterion Group(ref CommandParser parser)
    {
        var all = ParseAll(ref parser);
        parser.Close();
        return all;
    }

    static SearchCriterion Named(ref CommandParser parser)
    {
        var name = parser.Atom();
        return Rows.TryGetValue(name, out var parse) ? parse(ref parser) : throw new SyntaxException($"Unknown search key {name}");
    }

    /// <summary>"NOT" SP search-key</summary>
    static Not Negation(ref CommandParser parser)
    {
        parser.Sp();
        return new(ParseKey(ref parser));
    }

    /// <summary>
    /// "OR" SP search-key SP search-key. Clients chain hundreds of them (OR a OR b OR c …). The chain is read in a loop
    /// and becomes a balanced tree, so that its depth grows with the logarithm of its length.
    /// </summary>
    static SearchCriterion Alternatives(ref CommandParser parser)
    {
        var keys = new List<SearchCriterion>();
        do
        {
            parser.Sp();
            keys.Add(ParseKey(ref parser));
            parser.Sp();
        }
        while (parser.TryAtom("OR"u8));
        keys.Add(ParseKey(ref parser));
        return Balanced(keys, 0, keys.Count);
    }

    static SearchCriterion Balanced(List<SearchCriterion> keys, int start, int count) => count == 1
        ? keys[start]
        : new Or(Balanced(keys, start, count / 2), Balanced(keys, start + count / 2, count - count / 2));

    /// <summary>SP astring</summary>
    static SearchCriterion Text(ref CommandParser parser, TextField field)
    {
        parser.Sp();
        return parser.SearchText() is { } text ? new Contains(field, text) : Nothing;
    }

    /// <summary>"HEADER" SP header-fld-name SP astring</summary>
    static SearchCriterion HeaderField(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.AString();
        parser.Sp();
        return parser.SearchText() is { } text ? new Header(name, text) : Nothing;
    }

    /// <summary>("KEYWORD" / "UNKEYWORD") SP flag-keyword</summary>
    static HasKeyword Keyword(ref CommandParser parser)
    {
        parser.Sp();
        return new(parser.AtomOrString());
    }

    /// <summary>
    /// search-modsequence = "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer (RFC 7162 §7). A message
    /// has one mod-sequence for all its flags, so the entry is ignored, in line with §3.1.5.
    /// </summary>
    static ChangedFrom Changed(ref CommandParser parser)
    {
        parser.Sp();
        if (parser.TryString(out var entry))
        {
            if (!entry.AsSpan().StartsWith("/flags/"u8))
            {
                throw new SyntaxException("Expected a name that begins with /flags/");
            }
            parser.Sp();
            if (!parser.TryAtom("ALL"u8) && !parser.TryAtom("PRIV"u8) && !parser.TryAtom("SHARED"u8))
            {
                throw parser.Expected("all, priv or shared");
            }
            parser.Sp();
        }
        return new(new(parser.Number64()));
    }

    /// <summary>("LARGER" / "SMALLER") SP number64</summary>
    static long Octets(ref CommandParser parser)
    {
        parser.Sp();
        return parser.Number64();
    }

    /// <summary>"EMAILID" SP objectid. An id that this server cannot have assigned matches no message.</summary>
    static SearchCriterion EmailId(ref CommandParser parser)
    {
        parser.Sp();
        return MessageId.TryParse(parser.AString(), out var id) ? new HasMessage(id) : Nothing;
    }

    /// <summary>"THREADID" SP objectid</summary>
    static SearchCriterion ThreadId(ref CommandParser parser)
    {
        parser.Sp();
        return AgentPost.Store.Model.ThreadId.TryParse(parser.AString(), out var id) ? new IsInThread(id) : Nothing;
    }

    /// <summary>("OLDER" / "YOUNGER") SP nz-number, in seconds</summary>
    static Younger Younger(ref CommandParser parser)
    {
        parser.Sp();
        return new(parser.NzNumber());
    }

    /// <summary>"UID" SP sequence-set</summary>
    static SessionCriterion.NumberedUids Uids(ref CommandParser parser)
    {
        parser.Sp();
        return new(parser.SequenceSet());
    }

    static Dated Before(ref CommandParser parser, DateField field) => new(field, null, Date(ref parser));

    static Dated Since(ref CommandParser parser, DateField field) => new(field, Date(ref parser), null);

    static Dated On(ref CommandParser parser, DateField field)
    {
        var date = Date(ref parser);
        return new(field, date, date == DateOnly.MaxValue ? null : date.AddDays(1));
    }

    /// <summary>SP date</summary>
    static DateOnly Date(ref CommandParser parser)
    {
        parser.Sp();
        return parser.Date();
    }
}
