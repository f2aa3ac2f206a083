using System.Runtime.InteropServices;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// The C library's allocator, which holds OpenSSL's objects. Does nothing if the C library is not glibc.
/// </summary>
static class NativeHeap
{
    const int ArenaMax = -8; // M_ARENA_MAX

    /// <summary>
    /// Limits the number of arenas, over which threads spread their memory. Call it before there are connections.
    /// </summary>
    public static void LimitArenas(int count) => Try(() => SetOption(ArenaMax, count));

    /// <summary>Returns the free pages of all arenas to the system.</summary>
    public static void Trim() => Try(() => TrimMemory(0));

    static void Try(Func<int> call)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            call();
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has neither function, and returns memory itself.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    static extern int SetOption(int parameter, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    static extern int TrimMemory(nuint keep);
}
