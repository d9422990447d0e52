using System.Runtime.InteropServices;

namespace FaceDeid.Video.Spool;

/// <summary>
/// What a folder says of its files. A file that was flushed may be gone after a power cut, or have its old name, until its folder
/// was flushed too (fsync(2)); .NET opens no folders.
/// </summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    /// <summary>Makes names last that were given in a folder.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Flush(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return; // it was deleted meanwhile
        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"A folder cannot be flushed ({Marshal.GetLastPInvokeErrorMessage()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
