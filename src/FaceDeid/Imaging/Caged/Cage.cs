using System.Diagnostics;
using System.Globalization;

namespace FaceDeid.Imaging.Caged;

/// <summary>
/// How a program that reads untrusted bytes is locked in: namespaces of its own without network, other processes or users; the
/// system's programs and one folder to read, nothing to write but a /tmp in memory where it needs one; no environment; and what
/// it may use of memory and processor. What it knows is what its standard input says, what it leaves is what it writes to its
/// standard output.
/// </summary>
/// <remarks>
/// Bubblewrap makes the namespaces, as an unprivileged user. The thread that starts the command has to wait for its end: the
/// kernel ends what is in the cage with the thread that started it, so that nothing is left over when the service is killed.
/// </remarks>
internal static class Cage
{
    private const string Bubblewrap = "/usr/bin/bwrap";
    private const string ResourceLimits = "/usr/bin/prlimit";
    private const string VictimOfMemory = "/usr/bin/choom";
    private const int MostProcesses = 64; // threads are counted; the kernel does not count those of root
    private const int MostFiles = 64;
    private const double ClockPerProcessor = 2.5; // a busy machine makes programs wait

    /// <summary>The folder that the program may read beside the system's, as it sees it.</summary>
    public const string Folder = "/program";

    /// <summary>The Debian package that is missing; null: there is what a cage needs.</summary>
    public static string? MissingPackage =>
        !File.Exists(Bubblewrap) ? "bubblewrap"
        : !File.Exists(ResourceLimits) || !File.Exists(VictimOfMemory) ? "util-linux"
        : null;

    /// <summary>The command with its three standard streams redirected.</summary>
    /// <param name="folder">Read-only in the cage, at <see cref="Folder"/>; null: there is none.</param>
    /// <param name="command">The program's path in the cage, and its arguments.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="system">What it may read of the system beside /usr.</param>
    public static ProcessStartInfo Lock(
        string? folder, IReadOnlyList<string> command, CageLimits limits, IReadOnlyList<string>? system = null)
    {
        string[] own = folder is null ? [] : ["--ro-bind", folder, Folder];
        var more = (system ?? []).SelectMany(path =>
            new[] { path.StartsWith("/dev/", StringComparison.Ordinal) ? "--dev-bind" : "--ro-bind", path, path });
        string[] scratch = limits.Scratch > 0 ? ["--size", Text(limits.Scratch), "--tmpfs", "/tmp"] : [];
        var start = new ProcessStartInfo(
            VictimOfMemory,
            [
                // Where the container's memory runs out, the kernel ends this rather than the service.
                "--adjust", "1000", "--", Bubblewrap,
                "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
                "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
                "--symlink", "usr/lib64", "/lib64", .. own, .. more, .. scratch, "--remount-ro", "/", "--chdir", "/",
                // Inside, because what limits files would limit bubblewrap's own work too.
                ResourceLimits, $"--data={Text(limits.Memory)}",
                $"--cpu={Text((long)Math.Ceiling(limits.Time.TotalSeconds / ClockPerProcessor))}",
                "--core=0", $"--fsize={Text(limits.Scratch)}", $"--nproc={Text(MostProcesses)}", $"--nofile={Text(MostFiles)}",
                "--", .. command,
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        return start;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a program in a cage may use.</summary>
/// <param name="Memory">Bytes of writable memory.</param>
/// <param name="Time">Until it is ended, by the clock; on processors it has two fifths of that.</param>
/// <param name="Scratch">Bytes of a /tmp in memory; 0: it has none.</param>
internal readonly record struct CageLimits(long Memory, TimeSpan Time, long Scratch = 0);
