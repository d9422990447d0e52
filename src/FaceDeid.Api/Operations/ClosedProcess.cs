using System.Globalization;
using System.Reflection;

namespace FaceDeid.Api.Operations;

/// <summary>
/// Nobody looks into the service's memory from outside: no core dump, no debugger, no diagnostics port. For a developer's eyes
/// they stay where the environment is <c>Development</c>, or <c>DOTNET_EnableDiagnostics</c> is 1.
/// </summary>
internal static class ClosedProcess
{
    private const string Diagnostics = "DOTNET_EnableDiagnostics";
    private const int StartTime = 22; // field of proc_pid_stat(5)

    /// <summary>First of all, before there is anything to look at.</summary>
    public static void Close()
    {
        // Tests start the service inside their own process.
        var isHost = Assembly.GetEntryAssembly() == typeof(ClosedProcess).Assembly;
        if (!isHost || IsOpen())
            return;
        ProcessDumps.Forbid();
        RemovePorts();
    }

    private static bool IsOpen()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        return Environment.GetEnvironmentVariable(Diagnostics) is "1"
            || string.Equals(environment, Environments.Development, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The runtime opens ports before any of our code runs, unless <see cref="Diagnostics"/> is 0: through them a process of the
    /// same user reads all memory, or loads code. Without their names nobody finds them.
    /// </summary>
    private static void RemovePorts()
    {
        if (Environment.GetEnvironmentVariable(Diagnostics) is "0")
            return;
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var started = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTime - 3];
            var process = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{started}");
            string[] names = [$"dotnet-diagnostic-{process}-socket", $"clr-debug-pipe-{process}-in",
                $"clr-debug-pipe-{process}-out"];
            foreach (var name in names)
                File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or its folder is not ours: nothing of ours is reached by it.
        }
    }
}
