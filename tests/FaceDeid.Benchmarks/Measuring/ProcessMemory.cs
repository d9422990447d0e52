using System.Globalization;

namespace FaceDeid.Benchmarks.Measuring;

/// <summary>What Linux says of a process's resident memory, in MiB.</summary>
internal static class ProcessMemory
{
    public static double Resident(int process) => Read(process, "VmRSS:");

    /// <summary>The most since the process started, or since <see cref="ForgetPeak"/>.</summary>
    public static double Peak(int process) => Read(process, "VmHWM:");

    /// <summary>This process's peak begins anew at what it holds now.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static double Read(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return int.Parse(
            line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
