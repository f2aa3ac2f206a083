using System.Text;

namespace AgentPost.Protocol.Sasl;

/// <summary>The mechanisms, one row each. To add one, add a row and an exchange.</summary>
public static class SaslMechanisms
{
    static readonly (string Name, Func<SaslExchange> Create)[] Rows =
    [
        ("PLAIN", () => new PlainExchange()),
        ("LOGIN", () => new LoginExchange()),
        ("OAUTHBEARER", () => new OAuthBearerExchange()),
        ("XOAUTH2", () => new XOAuth2Exchange()),
    ];

    /// <summary>The names, in the order in which they are advertised.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.Select(row => row.Name)];

    /// <summary>
    /// Creates an exchange. Returns null if the mechanism is not supported. The name is case-insensitive.
    /// </summary>
    public static SaslExchange? Create(ReadOnlySpan<byte> name)
    {
        foreach (var row in Rows)
        {
            if (Ascii.EqualsIgnoreCase(name, row.Name))
            {
                return row.Create();
            }
        }
        return null;
    }
}
