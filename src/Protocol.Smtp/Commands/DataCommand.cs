using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>DATA (RFC 5321 §4.1.1.4): asks for the message.</summary>
sealed record DataCommand : TransactionCommand
{
    // data = "DATA" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) => arguments.IsAtEnd ? new DataCommand() : Refusals.TakesNoArguments("DATA");

    public override ValueTask<Reply> ExecuteAsync(SessionContext context, InTransaction state, CancellationToken cancellation) =>
        ValueTask.FromResult(state.Mail.Parameters.IsBinary
            // RFC 3030 §3
            ? new Reply(503, "5.5.1", "A message with BODY=BINARYMIME comes by BDAT")
            : state.Mail.Recipients.Count == 0
            ? new Reply(554, "5.5.1", "No valid recipients")
            : context.Chunks is not null
            // RFC 3030 §3
            ? new Reply(503, "5.5.1", "The message has begun with BDAT; go on with BDAT or say RSET")
            : new Reply(354, null, "Send the message; end it with a dot on a line of its own") { Then = new DataReception(state) });
}
