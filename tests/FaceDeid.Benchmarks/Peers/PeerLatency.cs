using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// <c>POST /v1/landmarks</c>, one client: the C++ program, the service and the FastAPI service in turn, call by call.
/// </summary>
internal static class PeerLatency
{
    private const int Rounds = 40;
    private const double Aim = 0.80;

    /// <summary>p50 in milliseconds, and the service's processor time a call.</summary>
    private readonly record struct Sample(double Stock, double Service, double Peer, double ServiceProcessor)
    {
        public double Ratio => Service / Stock;

        public static Sample operator +(Sample a, Sample b) =>
            new(a.Stock + b.Stock, a.Service + b.Service, a.Peer + b.Peer, a.ServiceProcessor + b.ServiceProcessor);

        public string[] Cells() =>
        [
            Format.Milliseconds(Stock), Format.Milliseconds(Service), Format.Milliseconds(Peer), Format.Ratio(Ratio),
            Format.Ratio(Service / Peer), Format.Milliseconds(ServiceProcessor), Format.Ratio(ServiceProcessor / Stock),
        ];
    }

    public static async Task RunAsync(ServiceProcess service, StockProgram stock, FastApiPeer peer)
    {
        var table = new Table(
            "picture", "C++ p50 ms", "service p50 ms", "FastAPI p50 ms", "of C++", "of FastAPI",
            "service CPU ms", "CPU of C++ p50");
        var (sum, most) = (default(Sample), 0.0);
        foreach (var subject in PeerSubject.All)
        {
            var sample = await AlternateAsync(subject, service, stock, peer);
            (sum, most) = (sum + sample, Math.Max(most, sample.Ratio));
            table.Add([subject.Name, .. sample.Cells()]);
        }

        table.Add(["all (sum)", .. sum.Cells()]);
        table.Print($"peers: latency of landmarks, one client, in alternation, {Rounds} rounds a picture");
        Console.WriteLine(
            $"\n{Format.Aim(sum.Ratio <= Aim, $"landmarks of all pictures <= {Aim:0.00}x the C++ program at p50")} "
            + $"({Format.Ratio(sum.Ratio)})");
        Console.WriteLine(Format.Aim(most <= Aim, $"landmarks of each picture <= {Aim:0.00}x the C++ program at p50")
            + $" (at most {Format.Ratio(most)})");
    }

    private static async Task<Sample> AlternateAsync(
        PeerSubject subject, ServiceProcess service, StockProgram stock, FastApiPeer peer)
    {
        var (program, served, answered) = (new List<double>(), new List<double>(), new List<double>());
        var before = service.ProcessorTime;
        for (var i = 0; i < Rounds; i++)
        {
            program.Add(stock.Landmarks(subject.Number).Milliseconds);
            served.Add(await Stopwatches.TimeAsync(() => subject.Landmarks.SendAndReadAsync(service.Client)));
            answered.Add(await Stopwatches.TimeAsync(() => subject.Landmarks.SendAndReadAsync(peer.Client)));
        }

        return new Sample(
            program.Median(), served.Median(), answered.Median(), (service.ProcessorTime - before).TotalMilliseconds / Rounds);
    }
}
