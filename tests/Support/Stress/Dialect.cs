namespace AgentPost.Support.Stress;

/// <summary>What a client enables and asks to be told of, and so how it speaks and is spoken to.</summary>
/// <param name="Enables">Capabilities, apart by spaces; empty for none.</param>
/// <param name="Notify">What it says to be told of news all the time (RFC 5465); null: it does not.</param>
sealed record Dialect(string Enables, string? Notify = null)
{
    const string Others = $"(mailboxes {StressClient.OtherFolder} (MessageNew MessageExpunge FlagChange))";

    /// <summary>One for each connection.</summary>
    public static readonly Dialect[] All =
    [
        new(""),
        new("CONDSTORE"),
        new("QRESYNC"),
        new("IMAP4rev2"),
        new("UIDONLY"),
        new("IMAP4rev2 QRESYNC"),
        new("", $"NOTIFY SET (SELECTED-DELAYED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) {Others}"),
        new("CONDSTORE IMAP4rev2", $"NOTIFY SET STATUS (SELECTED-DELAYED (MessageNew (UID FLAGS MODSEQ) MessageExpunge FlagChange)) {Others}"),
        new("QRESYNC", $"NOTIFY SET (SELECTED (MessageNew (UID FLAGS MODSEQ) MessageExpunge FlagChange)) {Others}"),
        new("IMAP4rev2 QRESYNC UIDONLY", "NOTIFY SET (SELECTED (MessageNew (FLAGS) MessageExpunge FlagChange))"),
    ];

    public bool KeepsModSeqs => Has("CONDSTORE") || Has("QRESYNC");

    public bool ComesAgain => Has("QRESYNC");

    public bool IsRev2 => Has("IMAP4rev2");

    public bool IsUidOnly => Has("UIDONLY");

    public bool UsesVanished => ComesAgain || IsUidOnly;

    public bool IsNotified => Notify is not null;

    /// <summary>Expunges are told at any time, so that it cannot speak of numbers.</summary>
    public bool IsToldExpungesAtOnce => Notify?.Contains("(SELECTED (", StringComparison.Ordinal) is true;

    public bool UsesNumbers => !IsUidOnly && !IsToldExpungesAtOnce;

    public string FlagItems => KeepsModSeqs ? "(UID FLAGS MODSEQ)" : "(UID FLAGS)";

    public override string ToString() => $"{(Enables.Length > 0 ? Enables : "plain")}{(IsNotified ? " NOTIFY" : "")}";

    bool Has(string capability) => Enables.Split(' ').Contains(capability);
}
