using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentPost.Host.Logging;
using AgentPost.Store;
using Microsoft.Extensions.Logging;
using Serilog.Debugging;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Every event that the program can log is one line of the log, in both formats, whatever its values are.</summary>
[NonParallelizable]
sealed partial class LogTests
{
    static IEnumerable<MethodInfo> Events =>
        from assembly in typeof(Loggers).Assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("AgentPost.", StringComparison.Ordinal))
            .Select(Assembly.Load).Append(typeof(Loggers).Assembly)
        from type in assembly.GetTypes().Where(type => type.Name == "Log")
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where method.GetCustomAttribute<LoggerMessageAttribute>() is not null
        select method;

    [Test]
    public void Every_project_that_logs_is_covered() =>
        Assert.That(
            Events.Select(method => method.DeclaringType!.Namespace).Distinct(),
            Is.EquivalentTo((string[])["AgentPost.Host", "AgentPost.Protocol", "AgentPost.Protocol.Imap", "AgentPost.Protocol.Smtp", "AgentPost.Store"]));

    [TestCaseSource(nameof(Events))]
    public void Every_event_is_one_JSON_object_on_a_line(MethodInfo method)
    {
        var logged = LogAll(method, LogFormat.Json);

        Assert.That(logged.Lines, Has.Count.EqualTo(logged.Events), "one line for each event");
        foreach (var line in logged.Lines)
        {
            var json = JsonElement.Parse(line);
            var names = json.EnumerateObject().Select(property => property.Name).ToList();
            Assert.That(json.GetProperty("@t").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(json.GetProperty("@m").GetString(), Is.Not.Empty);
            Assert.That(names, Is.SupersetOf(PlaceholderName().Matches(method.GetCustomAttribute<LoggerMessageAttribute>()!.Message).Select(match => match.Groups[1].Value)));
            Assert.That(names, Is.Unique.And.SupersetOf((string[])["EventId", "SourceContext"]));
            Assert.That(names.Contains("@x"), Is.EqualTo(method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Exception))));
        }
    }

    [TestCaseSource(nameof(Events))]
    public void Every_event_is_a_line_of_text(MethodInfo method)
    {
        var logged = LogAll(method, LogFormat.Text);

        Assert.That(logged.Lines.Count(line => TextLine().IsMatch(line)), Is.EqualTo(logged.Events), "one line for each event");
        Assert.That(logged.Lines, Has.All.Matches<string>(line => !line!.Any(char.IsControl)));
        if (method.GetParameters().All(parameter => parameter.ParameterType != typeof(Exception)))
        {
            Assert.That(logged.Lines, Has.Count.EqualTo(logged.Events));
        }
    }

    [Test]
    public void The_level_decides_what_is_logged([Values] LogFormat format, [Values] LogLevel level)
    {
        var lines = Capture(level, format, logger =>
        {
            foreach (var each in Enum.GetValues<LogLevel>().Where(each => each is not LogLevel.None))
            {
                Said(logger, each);
            }
        });

        Assert.That(lines, Has.Count.EqualTo(LogLevel.None - level));
    }

    static (IReadOnlyList<string> Lines, int Events) LogAll(MethodInfo method, LogFormat format)
    {
        var values = method.GetParameters().Select(parameter => parameter.ParameterType == typeof(ILogger) ? [null] : ValuesOf(parameter)).ToList();
        var events = values.Max(each => each.Length);
        var lines = Capture(LogLevel.Trace, format, logger =>
        {
            for (var i = 0; i < events; i++)
            {
                method.Invoke(null, [.. values.Select(each => each is [null] ? logger : each[i % each.Length])]);
            }
        });
        return (lines, events);
    }

    static List<string> Capture(LogLevel level, LogFormat format, Action<ILogger> log)
    {
        // As standard error: what is not valid UTF-16 is replaced on the way out.
        var (before, octets, faults) = (Console.Error, new MemoryStream(), new StringWriter());
        Console.SetError(new StreamWriter(octets, new UTF8Encoding(false)) { AutoFlush = true });
        SelfLog.Enable(faults);
        try
        {
            using var loggers = Loggers.Create(level, format);
            log(loggers.CreateLogger<LogTests>());
        }
        finally
        {
            SelfLog.Disable();
            Console.SetError(before);
        }
        Assert.That(faults.ToString(), Is.Empty);
        return [.. Encoding.UTF8.GetString(octets.ToArray()).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)];
    }

    static object?[] ValuesOf(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var isNullable = type != parameter.ParameterType || new NullabilityInfoContext().Create(parameter).ReadState is NullabilityState.Nullable;
        return [.. ValuesOf(type), .. isNullable ? (object?[])[null] : []];
    }

    static object[] ValuesOf(Type type) => type switch
    {
        _ when type == typeof(string) => ["plain", "", "a \"quoted\" \\ line\r\nsecond\tline", "\u001b[2J\u0007\0\u0085", "grüße \ud83d\ude00 \ud800", "{Name:l} {0} %s", new string('x', 5000)],
        _ when type == typeof(int) => [0, -1, int.MaxValue],
        _ when type == typeof(long) => [0L, -1L, long.MaxValue],
        _ when type == typeof(DateTimeOffset) => [DateTimeOffset.UnixEpoch, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(-7))],
        _ when type == typeof(TimeSpan) => [TimeSpan.Zero, TimeSpan.MaxValue],
        _ when type == typeof(bool) => [true, false],
        _ when type == typeof(double) => [0.5, double.NaN, double.PositiveInfinity],
        _ when type == typeof(IPAddress) => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        _ when type == typeof(EndPoint) => [new IPEndPoint(IPAddress.IPv6Any, 25), new DnsEndPoint("host.test", 25), new UnixDomainSocketEndPoint("/tmp/socket")],
        _ when type == typeof(Exception) => [new InvalidOperationException("first\r\nsecond line"), Thrown()],
        // None logs nothing, and an unknown level is not in the line.
        _ when type == typeof(LogLevel) => [LogLevel.Trace, LogLevel.Information, LogLevel.Critical],
        { IsEnum: true } => [.. Enum.GetValues(type).Cast<object>(), Enum.ToObject(type, 99)],
        { IsValueType: true } when type.Assembly == typeof(MailStore).Assembly => [Activator.CreateInstance(type)!],
        _ => throw new NotSupportedException($"There are no values of {type} yet: add some."),
    };

    static Exception Thrown()
    {
        try
        {
            throw new IOException("outer", new SocketException(10054));
        }
        catch (IOException thrown)
        {
            return thrown;
        }
    }

    [LoggerMessage(EventId = 1, Message = "said")]
    static partial void Said(ILogger logger, LogLevel level);

    [GeneratedRegex(@"\{(\w+)")]
    private static partial Regex PlaceholderName();

    [GeneratedRegex(@"^\d\d:\d\d:\d\d (VRB|DBG|INF|WRN|ERR|FTL) .")]
    private static partial Regex TextLine();
}
