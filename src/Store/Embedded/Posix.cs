using System.Runtime.InteropServices;

namespace AgentPost.Store.Embedded;

/// <summary>System calls that .NET does not provide.</summary>
static class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;

    const string LibC = "libc";

    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>Sends a signal. Returns false if the process does not exist.</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>
    /// Creates a folder that only its owner can access (0700). Returns false if the path exists already.
    /// </summary>
    public static bool TryMakePrivateFolder(string path) => TryMakeFolder(path, 0b111_000_000);

    /// <summary>
    /// Creates a folder that others can enter but not list (0711), and its parents. An existing folder stays unchanged.
    /// </summary>
    public static void MakePassableFolder(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        TryMakeFolder(path, 0b111_001_001);
    }

    /// <summary>Changes the owner of a path. Does not follow a symbolic link.</summary>
    public static void GiveTo(string path, uint userId, uint groupId)
    {
        if (ChangeOwner(path, userId, groupId) != 0)
        {
            throw new IOException($"The owner of {path} cannot be changed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    // The umask reduces the mode of mkdir.
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
