using System.Runtime.InteropServices;

namespace AgentPost.Store.Embedded;

/// <summary>The few system calls that .NET does not offer.</summary>
static class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;

    const string LibC = "libc";

    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>False when there is no such process (any more).</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>Makes a folder for its owner alone (0700); false if something of that name is there already.</summary>
    public static bool TryMakePrivateFolder(string path) => TryMakeFolder(path, 0b111_000_000);

    /// <summary>Makes a folder that others may pass through but not list (0711), and those above it; one that exists stays as it is.</summary>
    public static void MakePassableFolder(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        TryMakeFolder(path, 0b111_001_001);
    }

    /// <summary>Gives a path away without following a symbolic link.</summary>
    public static void GiveTo(string path, uint userId, uint groupId)
    {
        if (ChangeOwner(path, userId, groupId) != 0)
        {
            throw new IOException($"The owner of {path} cannot be changed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    // mkdir's mode is cut by the umask.
    static bool TryMakeFolder(string path, uint mode) => MakeFolder(path, mode) == 0 && ChangeMode(path, mode) == 0;

    [DllImport(LibC, EntryPoint = "geteuid")]
    static extern uint GetEffectiveUserId();

    [DllImport(LibC, EntryPoint = "kill", SetLastError = true)]
    static extern int Kill(int processId, int signal);

    [DllImport(LibC, EntryPoint = "mkdir", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int MakeFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport(LibC, EntryPoint = "chmod", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int ChangeMode([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport(LibC, EntryPoint = "lchown", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint userId, uint groupId);
}
