using System.Diagnostics.CodeAnalysis;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What a line turned out to be: a command, or the answer that refuses it.</summary>
readonly struct Parsed
{
    Parsed(SmtpCommand? command, Reply? refusal)
    {
        Command = command;
        Refusal = refusal;
    }

    public SmtpCommand? Command { get; }
    public Reply? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Command))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsCommand => Command is not null;

    public static implicit operator Parsed(SmtpCommand command) => new(command, null);
    public static implicit operator Parsed(Reply refusal) => new(null, refusal);
}
