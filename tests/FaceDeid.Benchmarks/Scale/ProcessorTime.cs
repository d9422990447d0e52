using System.Globalization;

namespace FaceDeid.Benchmarks.Scale;

/// <summary>
/// What this process and all that it starts take of processors. Programs in a cage are ended with it, and never counted with
/// their parents' times: so each is looked at while it lives, and at most its last 100 ms are missed.
/// </summary>
internal sealed class ProcessorTime : IDisposable
{
    private const double TicksPerSecond = 100; // of proc(5), on x86-64

    private readonly Dictionary<int, long> _children = [];
    private readonly Lock _looking = new();
    private readonly Timer _timer;

    public ProcessorTime()
    {
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Seconds until now.</summary>
    public double Seconds()
    {
        Look();
        lock (_looking)
            return (Read(Environment.ProcessId)!.Value.Ticks + _children.Values.Sum()) / TicksPerSecond;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_looking)
        {
            var all = new Dictionary<int, (int Parent, long Ticks)>();
            foreach (var folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)
                    && Read(process) is { } found)
                    all.Add(process, found);
            }

            foreach (var (process, (_, ticks)) in all.Where(process => IsChild(process.Key, all)))
                _children[process] = ticks;
        }
    }

    private static bool IsChild(int process, Dictionary<int, (int Parent, long Ticks)> all)
    {
        while (all.TryGetValue(process, out var found) && found.Parent > 1)
        {
            process = found.Parent;
            if (process == Environment.ProcessId)
                return true;
        }

        return false;
    }

    /// <summary>A process's parent, and its own user and system time; null: it is gone.</summary>
    private static (int Parent, long Ticks)? Read(int process)
    {
        try
        {
            // Behind the program's name: fields 3 and on.
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
            return (Number(1), Number(11) + Number(12));

            int Number(int field) => int.Parse(fields[field], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
