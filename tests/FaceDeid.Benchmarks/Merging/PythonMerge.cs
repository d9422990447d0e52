using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;

namespace FaceDeid.Benchmarks.Merging;

/// <summary>Runs merge.py, which takes its times itself, so that starting Python does not count.</summary>
internal sealed record PythonMerge(PythonMerge.Timing Loop, PythonMerge.Timing Numpy, PythonMerge.Timing Table)
{
    // The one that Debian's python3-numpy belongs to; another may come before it on the path.
    private const string DebianPython = "/usr/bin/python3";

    internal sealed record Timing(double[] Milliseconds, string Sha256)
    {
        public double Median => Milliseconds.Median();
    }

    /// <summary>The times; null when there is no Python with NumPy.</summary>
    public static PythonMerge? Run(byte[] first, byte[] second)
    {
        var side = (int)Math.Sqrt(first.Length);
        var start = new ProcessStartInfo(
            File.Exists(DebianPython) ? DebianPython : "python3", [Path.Combine(AppContext.BaseDirectory, "Merging", "merge.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var python = Process.Start(start)!;
            using (var input = python.StandardInput.BaseStream)
            {
                input.Write(Encoding.ASCII.GetBytes($"{side}\n"));
                input.Write(first);
                input.Write(second);
            }

            var json = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            return python.ExitCode == 0 ? JsonSerializer.Deserialize<PythonMerge>(json, JsonSerializerOptions.Web) : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return null;
        }
    }
}
