using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// Calls a second: the C++ program on one thread, the service and the FastAPI service with 16 clients, in alternation.
/// </summary>
internal static class PeerThroughput
{
    private const int Rounds = 5;
    private const int Clients = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>What the three reached in each round.</summary>
    private sealed record Rates(List<double> Stock, List<double> Service, List<double> Peer)
    {
        public double OfStock => Relative(Service, Stock);

        public double OfPeer => Relative(Service, Peer);

        /// <summary>Rounds are compared with themselves, because the machine's speed changes from one to the next.</summary>
        private static double Relative(List<double> rates, List<double> others) =>
            rates.Zip(others, (rate, other) => rate / other).Median();

        public void Print(string call)
        {
            var table = new Table("way", "calls/s", "least", "most", "of C++");
            foreach (var (name, rates) in new (string, List<double>)[]
            {
                ("C++ program, 1 thread", Stock), ($"service, 2 workers, {Clients} clients", Service),
                ($"FastAPI, 2 workers, {Clients} clients", Peer),
            })
            {
                table.Add(
                    name, $"{rates.Median():0.0}", $"{rates.Min():0.0}",
                    $"{rates.Max():0.0}", Format.Ratio(Relative(rates, Stock)));
            }

            table.Print(
                $"peers: throughput of {call}, medians of {Rounds} rounds in alternation, {Duration.TotalSeconds:0} s each");
        }
    }

    public static async Task RunAsync(ServiceProcess service, StockProgram stock, FastApiPeer peer)
    {
        using var even = await EvenClients.ConnectAsync(
            peer.Address, Clients, PeersBenchmark.Workers, PeerSubject.All[^1].Landmarks);
        var landmarks = await MeasureAsync("landmarks", subject => subject.Landmarks);
        Console.WriteLine();
        Console.WriteLine(
            $"{Format.Aim(landmarks.OfStock >= 1.9, "landmarks >= 1.9x the C++ program's throughput on one core")} "
            + $"({Format.Ratio(landmarks.OfStock)})");
        Console.WriteLine(
            $"{Format.Aim(landmarks.OfPeer >= 1.5, "landmarks >= 1.5x the FastAPI service's throughput")} "
            + $"({Format.Ratio(landmarks.OfPeer)})");
        var merges = await MeasureAsync("merge", subject => subject.Merge);
        Console.WriteLine(
            $"\n{Format.Aim(merges.OfPeer >= 1.2, "merge >= 1.2x the FastAPI service's throughput")} "
            + $"({Format.Ratio(merges.OfPeer)})");

        async Task<Rates> MeasureAsync(string call, Func<PeerSubject, Upload> upload)
        {
            await PeerAsync(); // the first calls of each worker are slow
            var rates = new Rates([], [], []);
            for (var round = 0; round < Rounds; round++)
            {
                rates.Stock.Add(stock.Rate(call, Duration));
                rates.Service.Add(await RateAsync(i => Pick(i).SendAndReadAsync(service.Client)));
                rates.Peer.Add(await PeerAsync());
            }

            rates.Print(call);
            return rates;

            Upload Pick(int i) => upload(PeerSubject.All[i % PeerSubject.All.Length]);

            async Task<double> PeerAsync() => await RateAsync(async i => await even.SendAsync(Pick(i)));
        }
    }

    private static Task<double> RateAsync(Func<int, Task> call) => Stopwatches.RateAsync(Clients, Duration, call);
}
