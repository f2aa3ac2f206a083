using System.Text;

namespace AgentPost.Support;

/// <summary>Commands and their replies on one SMTP connection; a reply that takes longer than 30 s is a failure. Disposing closes the connection.</summary>
public sealed class SmtpDialogue(LineClient line) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads the greeting and says EHLO.</summary>
    public static Task<SmtpDialogue> BeginAsync(Task<LineClient> connecting) => BeginAsync(connecting, "EHLO");

    /// <summary>As the other, with another verb (LHLO).</summary>
    public static async Task<SmtpDialogue> BeginAsync(Task<LineClient> connecting, string verb)
    {
        var dialogue = new SmtpDialogue(await connecting);
        await dialogue.ReplyAsync();
        await dialogue.CommandAsync($"{verb} client.test");
        return dialogue;
    }

    /// <summary>AUTH PLAIN; returns the reply.</summary>
    public Task<string> AuthenticateAsync(string user, string key) =>
        CommandAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{key}")));

    public async Task LogInAsync(string user, string key) => Ensure("235", await AuthenticateAsync(user, key));

    /// <summary>Sends one message, which must not have lines that begin with a dot, and returns the reply to its data.</summary>
    public async Task<string> SubmitAsync(string from, IReadOnlyList<string> to, ReadOnlyMemory<byte> message)
    {
        Ensure("250", await CommandAsync($"MAIL FROM:<{from}>"));
        foreach (var recipient in to)
        {
            Ensure("250", await CommandAsync($"RCPT TO:<{recipient}>"));
        }
        Ensure("354", await CommandAsync("DATA"));
        using (var limit = new CancellationTokenSource(Patience))
        {
            await line.SendAsync(message, limit.Token);
        }
        return await CommandAsync(".");
    }

    /// <summary>Sends a line and reads the whole reply, its lines apart by LF.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using (var limit = new CancellationTokenSource(Patience))
        {
            await line.SendLineAsync(command, limit.Token);
        }
        return await ReplyAsync();
    }

    /// <summary>Sends bytes and waits for no reply.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        using var limit = new CancellationTokenSource(Patience);
        await line.SendAsync(octets, limit.Token);
    }

    /// <summary>The next reply; "(closed)" when there is none.</summary>
    public async Task<string> ReplyAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var reply = new StringBuilder();
        while (await line.ReadLineAsync(limit.Token) is { } received)
        {
            reply.Append(reply.Length > 0 ? "\n" : "").Append(received);
            if (received.Length < 4 || received[3] != '-')
            {
                return reply.ToString();
            }
        }
        return "(closed)";
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();

    static void Ensure(string code, string reply)
    {
        if (!reply.StartsWith(code, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Expected {code}, received {reply}");
        }
    }
}
