using System.Runtime.InteropServices;

namespace FaceDeid.Core;

/// <summary>
/// Keeps what is in this process's memory, uploads and passphrases among it, out of core dumps and from other processes.
/// </summary>
public static partial class ProcessDumps
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int CoreSize = 4; // RLIMIT_CORE

    /// <summary>
    /// From now on the kernel writes no dump of this process, whatever program takes dumps on this machine, and lets no other
    /// process of its user look into it (ptrace, <c>/proc/PID/mem</c>). Programs that it starts are not concerned, but for the
    /// limit of dumps.
    /// </summary>
    /// <returns>Whether the system agreed.</returns>
    public static bool Forbid()
    {
        var isUndumpable = Prctl(SetDumpable, 0, 0, 0, 0) == 0;
        return SetLimit(CoreSize, default) == 0 && isUndumpable;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Prctl(int option, nuint argument, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, in Limit limit);

    /// <summary>The soft and the hard limit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        private readonly nuint _now;
        private readonly nuint _most;
    }
}
