namespace AgentPost.Host.Settings;

/// <summary>One setting: a row of <see cref="SettingTable"/>.</summary>
/// <param name="Name">Name with <c>:</c> between levels, as in appsettings.json.</param>
/// <param name="Default">The default, as text. Empty means unset.</param>
/// <param name="Meaning">For docs/configuration.md: a noun phrase, then the special values.</param>
/// <param name="Apply">Parses the text into the options, or throws <see cref="FormatException"/>. The exception's
/// message completes a sentence that starts with the name.</param>
sealed record Setting(string Name, string Default, string Meaning, Func<Options, string, Options> Apply)
{
    public const string EnvironmentPrefix = "AGENTPOST_";

    public string EnvironmentName => EnvironmentNameOf(Name);

    public static string EnvironmentNameOf(string name) =>
        EnvironmentPrefix + name.ToUpperInvariant().Replace(":", "__", StringComparison.Ordinal);
}
