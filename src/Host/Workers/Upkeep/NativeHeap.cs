using System.Runtime.InteropServices;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// The C library's allocator, which holds OpenSSL's objects. Does nothing where the system has another one than glibc.
/// </summary>
static class NativeHeap
{
    const int ArenaMax = -8; // M_ARENA_MAX

    /// <summary>Limits the arenas that threads spread their memory over. Call it before there are connections.</summary>
    public static void LimitArenas(int count) => Try(() => SetOption(ArenaMax, count));

    /// <summary>Returns free pages of all arenas to the system.</summary>
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
            // musl has neither, and returns memory by itself.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    static extern int SetOption(int parameter, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    static extern int TrimMemory(nuint keep);
}
