using System.Collections.Concurrent;

namespace AgentPost.Support.Stress;

/// <summary>What is the same for all clients of a folder, whoever is told first. Thread-safe.</summary>
sealed class SharedFacts
{
    readonly ConcurrentDictionary<uint, string> _static = [];
    readonly ConcurrentDictionary<(uint Uid, long ModSeq), string> _flags = [];
    readonly ConcurrentDictionary<(string Host, uint Uid), ClientView> _recent = [];

    /// <summary>Size, dates, id and octets of a message never change.</summary>
    public void CheckStatic(uint uid, string data) =>
        Check(_static.GetOrAdd(uid, data) is var first && first == data, $"UID {uid} was [{first}] and is [{data}]");

    /// <summary>With the flags of a message its mod-sequence changes.</summary>
    public void CheckFlags(uint uid, long modSeq, string flags) =>
        Check(_flags.GetOrAdd((uid, modSeq), flags) is var first && first == flags, $"UID {uid} has at {modSeq} the flags ({first}) and ({flags})");

    /// <summary>A message is recent in one session at most (RFC 3501 §2.3.2) of a program; of what two are told at once, each may claim it.</summary>
    public void CheckRecent(uint uid, ClientView session) =>
        Check(ReferenceEquals(_recent.GetOrAdd((session.Host, uid), session), session), $@"UID {uid} is \Recent in two sessions");

    static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new StressException(otherwise);
        }
    }
}
