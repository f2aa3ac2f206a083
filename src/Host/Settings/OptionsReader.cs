using AgentPost.Protocol.Smtp.Client;

namespace AgentPost.Host.Settings;

/// <summary>Reads the settings from all their sources; a later source wins. An empty value means unset.</summary>
static class OptionsReader
{
    const string DefaultFile = "appsettings.json";
    const string SystemFile = "/etc/agentpost/appsettings.json";

    /// <param name="overrides"><c>Name=Value</c> arguments of the command line.</param>
    public static Options Read(IReadOnlyList<string> overrides) => Parse(Load(overrides));

    internal static Options Parse(IConfiguration configuration)
    {
        var given = configuration.AsEnumerable()
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.OrdinalIgnoreCase);
        if (given.Keys.FirstOrDefault(name => SettingTable.Find(name) is null) is { } unknown)
        {
            throw new SettingsException(
                $"Unknown setting {unknown} ({Setting.EnvironmentNameOf(unknown)}): remove it or correct its name; docs/configuration.md lists all settings.");
        }
        var options = SettingTable.Rows.Aggregate(new Options(), (options, row) => Apply(row, given.GetValueOrDefault(row.Name, row.Default), options));
        return Complete(options);
    }

    static Options Apply(Setting row, string text, Options options)
    {
        if (text.Length == 0)
        {
            return options;
        }
        try
        {
            return row.Apply(options, text);
        }
        catch (FormatException wrong)
        {
            throw new SettingsException($"Setting {row.Name} ({row.EnvironmentName}) {wrong.Message}.");
        }
    }

    static Options Complete(Options options)
    {
        if ((options.TlsCertificate is null) != (options.TlsKey is null))
        {
            throw new SettingsException(
                "Settings Tls:Certificate and Tls:Key (AGENTPOST_TLS__CERTIFICATE, AGENTPOST_TLS__KEY) belong together: give both or none.");
        }
        CheckRelay(options.Delivery);
        return options.Hostname.Length > 0 ? options : options with { Hostname = Environment.MachineName.ToLowerInvariant() };
    }

    static void CheckRelay(DeliveryOptions delivery)
    {
        if (delivery is { Mode: DeliveryMode.Relay, RelayHost: null })
        {
            throw new SettingsException("Setting Delivery:Mode (AGENTPOST_DELIVERY__MODE) is relay: set Delivery:Relay:Host (AGENTPOST_DELIVERY__RELAY__HOST) to the relay's name.");
        }
        if ((delivery.RelayUserName is null) != (delivery.RelayPassword is null))
        {
            throw new SettingsException(
                "Settings Delivery:Relay:Username and Delivery:Relay:Password (AGENTPOST_DELIVERY__RELAY__USERNAME, …__PASSWORD) belong together: give both or none.");
        }
        if (delivery is { RelayUserName: not null, RelayTls: TlsUse.None })
        {
            throw new SettingsException("Setting Delivery:Relay:Tls (AGENTPOST_DELIVERY__RELAY__TLS) is none: a password is sent under TLS only, so set it to starttls or implicit.");
        }
    }

    static IConfigurationRoot Load(IReadOnlyList<string> overrides)
    {
        var given = overrides.Select(Split).ToList();
        try
        {
            var outer = new ConfigurationBuilder().AddEnvironmentVariables(Setting.EnvironmentPrefix).AddInMemoryCollection(given).Build();
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, outer[SettingTable.SettingsFile] ?? DefaultFile), optional: true)
                .AddJsonFile(SystemFile, optional: true)
                .AddConfiguration(outer)
                .Build();
        }
        catch (InvalidDataException wrong)
        {
            throw new SettingsException($"{wrong.Message} Correct the file: {wrong.InnerException?.Message}");
        }
    }

    static KeyValuePair<string, string?> Split(string word) => word.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? new(word[..at], word[(at + 1)..])
        : throw new SettingsException($"'--set {word}' must be written --set Name=Value, for example --set Imap:Port=1993.");
}
