using System.ComponentModel;
using System.Diagnostics;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// What the peers are made of, and how it is compiled: as users do, with Debian's compiler at <c>-O2</c> against Debian's
/// libraries.
/// </summary>
internal static class PeerSources
{
    private static readonly string[] Dlib = ["-ldlib", "-lblas", "-llapack"];

    /// <summary>Where <c>peer.py</c> lies.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Peers");

    /// <summary>Compiles the C++ program; its path.</summary>
    public static string Stock() => Compile(
        "stock.cpp", "stock", ["-I/usr/include/opencv4"], ["-lopencv_imgcodecs", "-lopencv_imgproc", "-lopencv_core", .. Dlib]);

    /// <summary>Compiles dlib for Python; the library's path.</summary>
    public static string Shim() => Compile("shim.cpp", "libshim.so", ["-shared", "-fPIC"], Dlib);

    private static string Compile(string source, string target, string[] options, string[] libraries)
    {
        var (from, to) = (Path.Combine(Folder, source), Path.Combine(Folder, target));
        if (File.Exists(to) && File.GetLastWriteTimeUtc(to) >= File.GetLastWriteTimeUtc(from))
            return to;
        Console.WriteLine($"compiling {source}");
        try
        {
            using var compiler = Process.Start("g++", ["-std=c++17", "-O2", .. options, from, "-o", to, .. libraries]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? to : throw new InvalidOperationException(Missing(source));
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(Missing(source), e);
        }
    }

    private static string Missing(string source) =>
        $"{source} was not compiled. 'make bench-peers-setup' installs what it needs.";
}
