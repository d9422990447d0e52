using System.Runtime.InteropServices;

namespace FaceDeid.Core;

/// <summary>Memory that was kept for the next picture, or that nobody has given back to the system yet.</summary>
public sealed partial class SpareMemory
{
    private readonly IReadOnlyList<IKeepsMemory> _keepers;

    internal SpareMemory(IReadOnlyList<IKeepsMemory> keepers) => _keepers = keepers;

    /// <summary>
    /// Gives it back to the system. For moments in which nothing is worked on: the collections of the managed heap stop all
    /// threads, for some 50 ms.
    /// </summary>
    public void GiveBack()
    {
        // Twice: what finalizers let go of goes with the second.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GiveBackNative();
    }

    /// <summary>
    /// Gives back what native code keeps or left free: some milliseconds, for moments in which much memory is needed.
    /// </summary>
    internal void GiveBackNative()
    {
        foreach (var keeper in _keepers)
            keeper.GiveBack();
        _ = TrimHeap(0);
    }

    /// <summary>Gives back what native code left free, and nothing that is kept: for the end of a large piece of work.</summary>
    internal static void Trim() => _ = TrimHeap(0);

    /// <summary>glibc returns the whole pages of all its arenas that are free (malloc_trim(3)).</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TrimHeap(nuint keep);
}
