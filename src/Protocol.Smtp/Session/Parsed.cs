using System.Diagnostics.CodeAnalysis;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>A parsed line: a command, or the reply that rejects it.</summary>
readonly struct Parsed
{
    Parsed(SmtpCommand? command, Reply? rejection)
    {
        Command = command;
        Rejection = rejection;
    }

    public SmtpCommand? Command { get; }
    public Reply? Rejection { get; }

    [MemberNotNullWhen(true, nameof(Command))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsCommand => Command is not null;

    public static implicit operator Parsed(SmtpCommand command) => new(command, null);
    public static implicit operator Parsed(Reply rejection) => new(null, rejection);
}
