using System.Globalization;
using AgentPost.Mime.Characters;
using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>
/// Builds the SQL for the part of a search that the database evaluates. No expression is ever null, so NOT is the exact
/// opposite. Text is compared as it is stored: decoded and case-folded.
/// </summary>
sealed class SearchSql
{
    // Up to this many UIDs are looked up individually. More UIDs are read by a range scan, which needs less sorting,
    // unless they are a small part of the folder.
    const int MostLookUps = 1000;

    readonly List<object?> _values;
    bool _needsMessages;
    bool _needsTexts;

    public SearchSql(FolderSnapshot view, IReadOnlyList<Uid> candidates, SearchPlan plan)
    {
        var filter = candidates.Count <= Math.Max(MostLookUps, view.Count / 8)
            ? UidFilter.Of(candidates.ToArray())
            : UidFilter.Between(candidates[0], candidates[^1]);
        _values = [view.Key.Inbox.Value, view.Key.Folder.Value, .. filter.Values];
        var columns = string.Concat(plan.Columns.Select(column => ", " + Expression(column)));
        var conditions = string.Concat(plan.Conditions.Select(condition => " and " + Expression(condition)));
        Text = $"""
            select e.uid{columns} from entries e
            {(_needsMessages ? Pinned.Message : "")}
            {(_needsTexts ? Pinned.Text : "")}
            where {filter.Rows("entries", "e", 3)}{conditions} order by e.uid
            """;
    }

    public string Text { get; }

    public object?[] Values => [.. _values];

    string Expression(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And { Criteria.Count: 0 } => "true",
        SearchCriterion.And and => "(" + string.Join(" and ", and.Criteria.Select(Expression)) + ")",
        SearchCriterion.Or or => $"({Expression(or.Left)} or {Expression(or.Right)})",
        SearchCriterion.Not not => $"not {Expression(not.Criterion)}",
        SearchCriterion.Larger larger => $"(e.size > {Parameter(larger.Octets)})",
        SearchCriterion.Smaller smaller => $"(e.size < {Parameter(smaller.Octets)})",
        SearchCriterion.Dated dated => Dated(dated),
        SearchCriterion.Younger younger => $"(e.internal_at >= now() - make_interval(secs => {Parameter((double)younger.Seconds)}))",
        SearchCriterion.HasMessage has => $"(e.message_id = {Parameter(has.Message.Value)})",
        SearchCriterion.IsInThread inThread => InThread(inThread),
        SearchCriterion.Contains contains => Contains(contains),
        SearchCriterion.Header header => Header(header),
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Not a criterion of the database."),
    };

    // RFC 9051 §6.4.4 ignores time and time zone. Sent is the day of the Date field in the field's own time zone; a
    // message without the field does not match. Internal and saved dates are stored and displayed in UTC, so their day
    // is the day in UTC.
    string Dated(SearchCriterion.Dated dated)
    {
        _needsMessages |= dated.Field == DateField.Sent;
        var column = dated.Field switch
        {
            DateField.Internal => "e.internal_at",
            DateField.Saved => "e.saved_at",
            _ => "m.sent_on",
        };
        var from = dated.From is { } first ? $"{column} >= {Parameter(LimitOf(dated.Field, first))}" : $"{column} is not null";
        var before = dated.Before is { } end ? $"{column} < {Parameter(LimitOf(dated.Field, end))}" : "true";
        return $"coalesce({from} and {before}, false)";
    }

    string InThread(SearchCriterion.IsInThread inThread)
    {
        _needsMessages = true;
        return $"(m.thread_id = {Parameter(inThread.Thread.Value)})";
    }

    string Contains(SearchCriterion.Contains contains)
    {
        _needsTexts = true;
        var needle = Parameter(CaseFolding.Fold(contains.Text));
        return contains.Field switch
        {
            TextField.Subject => $"(strpos(t.subject, {needle}) > 0)",
            TextField.From => $"(strpos(t.sender, {needle}) > 0)",
            TextField.To => $"(strpos(t.recipients, {needle}) > 0)",
            TextField.Cc => $"(strpos(t.cc, {needle}) > 0)",
            TextField.Bcc => $"(strpos(t.bcc, {needle}) > 0)",
            TextField.Body => $"(strpos(t.body, {needle}) > 0)",
            _ => $"(strpos(t.header, {needle}) > 0 or strpos(t.body, {needle}) > 0)",
        };
    }

    // The two strpos conditions avoid splitting most headers into lines. The text comes first, because most messages
    // have the field.
    string Header(SearchCriterion.Header header)
    {
        _needsTexts = true;
        var name = Parameter(CaseFolding.Fold(header.Name) + ":");
        var needle = Parameter(CaseFolding.Fold(header.Text));
        return $"""
            (strpos(t.header, {needle}) > 0 and strpos(t.header, {name}) > 0 and exists (
                select from string_to_table(t.header, E'\n') line
                where starts_with(line, {name}) and strpos(ltrim(substr(line, length({name}) + 1)), {needle}) > 0))
            """;
    }

    string Parameter(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }

    static object LimitOf(DateField field, DateOnly day) => field == DateField.Sent ? day : day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
}
