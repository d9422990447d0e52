using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Load;

/// <summary>The service's resident memory, once a second.</summary>
internal sealed class MemoryWatch(ServiceProcess service)
{
    private readonly List<double> _mebibytes = [];

    private List<double> FirstHalf => _mebibytes[..(_mebibytes.Count / 2)];

    private List<double> SecondHalf => _mebibytes[(_mebibytes.Count / 2)..];

    public double FirstHalfMax => FirstHalf.Max();

    public double SecondHalfMax => SecondHalf.Max();

    /// <summary>How much more the second half needed at most, in MiB; below zero when it needed less.</summary>
    public double Growth => SecondHalfMax - FirstHalfMax;

    /// <summary>The second half's trend, in MiB a minute.</summary>
    public double SlopePerMinute => SecondHalf.Slope() * 60;

    public double SecondHalfMedian => SecondHalf.Median();

    public double FirstHalfMedian => FirstHalf.Median();

    public async Task RunAsync(CancellationToken untilCancelled)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(untilCancelled) && !service.HasExited)
                _mebibytes.Add(service.ResidentMebibytes);
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }
}
