using System.Text.Json;

namespace AgentPost.Store.Tests.Plans;

/// <summary>One execution of a statement, as auto_explain has logged it.</summary>
/// <param name="Rows">Rows that scans returned or filtered out.</param>
/// <param name="Given">Elements of arrays that the statement was given.</param>
/// <param name="Pages">Pages that the statement touched, those of indexes included.</param>
sealed record ExplainedStatement(string Text, long Rows, long Given, long Pages, string Plan)
{
    public static ExplainedStatement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var plan = document.RootElement.GetProperty(nameof(Plan));
        return new(
            document.RootElement.GetProperty("Query Text").GetString() ?? "",
            (long)CountRows(plan),
            (long)CountGiven(plan),
            Number(plan, "Shared Hit Blocks") + Number(plan, "Shared Read Blocks"),
            Describe(plan, 0));
    }

    static double CountRows(JsonElement node)
    {
        var own = node.TryGetProperty("Relation Name", out _) && Kind(node).Contains("Scan", StringComparison.Ordinal)
            ? (Real(node, "Actual Rows") + Real(node, "Rows Removed by Filter") + Real(node, "Rows Removed by Index Recheck")) * Real(node, "Actual Loops")
            : Real(node, "Rows Removed by Join Filter") * Real(node, "Actual Loops");
        return own + Children(node).Sum(CountRows);
    }

    static double CountGiven(JsonElement node) =>
        (Kind(node) == "Function Scan" ? Real(node, "Actual Rows") * Real(node, "Actual Loops") : 0) + Children(node).Sum(CountGiven);

    static string Describe(JsonElement node, int depth)
    {
        var place = node.TryGetProperty("Index Name", out var index) ? index.GetString()
            : node.TryGetProperty("Relation Name", out var relation) ? relation.GetString() : "";
        var details = string.Concat(((string[])["Index Cond", "Filter", "Join Filter", "Hash Cond"])
            .Where(name => node.TryGetProperty(name, out _)).Select(name => $" [{name}: {node.GetProperty(name)}]"));
        return $"{new string(' ', depth * 2)}{Kind(node)} {place} rows={Real(node, "Actual Rows")} loops={Real(node, "Actual Loops")} "
            + $"removed={Real(node, "Rows Removed by Filter")} pages={Number(node, "Shared Hit Blocks") + Number(node, "Shared Read Blocks")}{details}\n"
            + string.Concat(Children(node).Select(child => Describe(child, depth + 1)));
    }

    static string Kind(JsonElement node) => node.GetProperty("Node Type").GetString() ?? "";

    static IEnumerable<JsonElement> Children(JsonElement node) => node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray() : [];

    static double Real(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    static long Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
