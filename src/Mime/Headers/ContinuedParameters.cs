using System.Globalization;
using System.Text;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Joins <c>name*0</c>, <c>name*1*</c> … (RFC 2231 §3). If one of the segments is encoded, the result is: its name ends
/// in "*", and plain segments become percent-encoded.
/// </summary>
static class ContinuedParameters
{
    public static List<MimeParameter> Join(List<MimeParameter> parameters)
    {
        var joined = new List<MimeParameter>();
        var segments = new Dictionary<(string, int), MimeParameter>();
        foreach (var parameter in parameters)
        {
            if (TrySplit(parameter.Name, out var name, out var section))
            {
                segments.TryAdd((name, section), parameter);
            }
        }
        foreach (var parameter in parameters)
        {
            if (!TrySplit(parameter.Name, out var name, out var section))
            {
                joined.Add(parameter);
            }
            else if (section == 0 && segments[(name, 0)].Value == parameter.Value)
            {
                joined.Add(JoinOne(name, segments));
            }
        }
        return joined;
    }

    static MimeParameter JoinOne(string name, Dictionary<(string, int), MimeParameter> segments)
    {
        var count = 1;
        while (segments.ContainsKey((name, count)))
        {
            count++;
        }
        var all = Enumerable.Range(0, count).Select(i => segments[(name, i)]).ToList();
        if (!all.Exists(s => s.IsExtended))
        {
            return new MimeParameter(name, [.. all.SelectMany(s => s.Value)]);
        }
        var value = all.SelectMany(s => s.IsExtended ? s.Value : Encoding.ASCII.GetBytes(PercentEncoding.Encode(s.Value)));
        // Only the first segment has charset and language. Without them, the value has no charset.
        IEnumerable<byte> charset = all[0].IsExtended ? [] : [(byte)'\'', (byte)'\''];
        return new MimeParameter(name + "*", [.. charset.Concat(value)]);
    }

    // section := "*" ("0" / 1-9 *DIGIT) ["*"]
    static bool TrySplit(string parameter, out string name, out int section)
    {
        section = 0;
        var star = parameter.IndexOf('*');
        name = star < 0 ? parameter : parameter[..star];
        var digits = star < 0 ? "" : parameter[(star + 1)..];
        return int.TryParse(digits.EndsWith('*') ? digits[..^1] : digits, NumberStyles.None, CultureInfo.InvariantCulture, out section);
    }
}
