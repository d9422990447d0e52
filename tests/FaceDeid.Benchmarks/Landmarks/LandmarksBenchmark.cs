using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;
using FaceDeid.Dlib;
using FaceDeid.Landmarks;

namespace FaceDeid.Benchmarks.Landmarks;

/// <summary><c>POST /v1/landmarks</c> over HTTP against the same native calls in this process: latency, then throughput.</summary>
internal static class LandmarksBenchmark
{
    private const int WarmUps = 40;
    private const int Rounds = 60;
    private const int RateRounds = 5;
    private const double RatioAim = 1.25;
    private const double ThroughputAim = 1.8;
    private static readonly TimeSpan RateDuration = TimeSpan.FromSeconds(4);

    private sealed record Answer(List<Answer.Face> Faces)
    {
        internal sealed record Face(List<PixelPoint> Landmarks);
    }

    private sealed record Subject(string Name, byte[] Bytes, Upload Upload);

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var subjects = ExamplePicture.All
            .Select(picture => new Subject(picture.Name, picture.Bytes, new Upload("/v1/landmarks", [("image", picture.Bytes)], [])))
            .ToArray();
        using var native = new NativeLandmarks();
        using var two = await ServiceProcess.StartAsync(workers: 2);
        using (var one = await ServiceProcess.StartAsync(workers: 1))
        {
            await WarmUpAsync(subjects, native, one, two);
            await LatencyAsync(subjects, native, two);
            await ThroughputAsync(subjects, native, one, two);
        }

        return true;
    }

    /// <summary>Both ways until compiled code runs, and once to see that both give the same points.</summary>
    private static async Task WarmUpAsync(Subject[] subjects, NativeLandmarks native, params ServiceProcess[] services)
    {
        foreach (var service in services)
        {
            foreach (var subject in subjects)
            {
                if (!native.Run(subject.Bytes).SequenceEqual(Points(await subject.Upload.SendAndReadAsync(service.Client))))
                    throw new InvalidOperationException($"Service and native calls differ on '{subject.Name}'.");
                for (var i = 1; i < WarmUps; i++)
                    await subject.Upload.SendAndReadAsync(service.Client);
            }
        }
    }

    private static IEnumerable<DlibPoint> Points(byte[] answer) =>
        JsonSerializer.Deserialize<Answer>(answer, JsonSerializerOptions.Web)!.Faces
            .SelectMany(face => face.Landmarks)
            .Select(point => new DlibPoint(point.X, point.Y));

    private static async Task LatencyAsync(Subject[] subjects, NativeLandmarks native, ServiceProcess service)
    {
        var table = new Table("picture", "native p50 ms", "service p50 ms", "ratio", "native CPU ms", "service CPU ms", "CPU ratio");
        var sums = new Sums();
        foreach (var subject in subjects)
        {
            var sample = await AlternateAsync(subject, native, service);
            sums += sample;
            table.Add([subject.Name, .. sample.Cells()]);
        }

        table.Add(["all (sum)", .. sums.Cells()]);
        table.Print($"landmarks: latency, one client, native and service in alternation, {Rounds} rounds a picture");
        Console.WriteLine($"\n{Format.Aim(sums.Service / sums.Native <= RatioAim, $"<= {RatioAim}x the native calls at p50")} ({Format.Ratio(sums.Service / sums.Native)})");
    }

    private static async Task<Sums> AlternateAsync(Subject subject, NativeLandmarks native, ServiceProcess service)
    {
        var (direct, served) = (new List<double>(), new List<double>());
        var nativeProcessor = TimeSpan.Zero;
        var serviceBefore = service.ProcessorTime;
        for (var i = 0; i < Rounds; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            direct.Add(Stopwatches.Time(() => native.Run(subject.Bytes)));
            nativeProcessor += Environment.CpuUsage.TotalTime - before;
            served.Add(await Stopwatches.TimeAsync(() => subject.Upload.SendAndReadAsync(service.Client)));
        }

        var serviceProcessor = service.ProcessorTime - serviceBefore;
        return new Sums(direct.Median(), served.Median(), nativeProcessor.TotalMilliseconds / Rounds, serviceProcessor.TotalMilliseconds / Rounds);
    }

    private static async Task ThroughputAsync(Subject[] subjects, NativeLandmarks native, ServiceProcess one, ServiceProcess two)
    {
        var others = Enumerable.Range(0, 2).Select(_ => new NativeLandmarks()).ToArray();
        var ways = new (string Name, Func<Task<double>> Run)[]
        {
            ("native calls, 1 thread", () => Stopwatches.RateAsync(1, RateDuration, i => NativeAsync(native, i))),
            ("native calls, 2 threads (the machine's own ceiling)", () => NativeOnTwoThreadsAsync(others)),
            ("service, 1 worker, 2 clients", () => Stopwatches.RateAsync(2, RateDuration, i => ServedAsync(one, i))),
            ("service, 2 workers, 4 clients", () => Stopwatches.RateAsync(4, RateDuration, i => ServedAsync(two, i))),
        };
        var rates = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < RateRounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
                rates[way].Add(await ways[way].Run());
        }

        foreach (var other in others)
            other.Dispose();
        var floor = rates[0];
        var table = new Table("way", "pictures/s", "least", "most", "of native, 1 thread");
        for (var way = 0; way < ways.Length; way++)
            table.Add(ways[way].Name, $"{rates[way].Median():0.0}", $"{rates[way].Min():0.0}", $"{rates[way].Max():0.0}", Format.Ratio(Relative(way)));
        table.Print($"landmarks: throughput, medians of {RateRounds} rounds in alternation, {RateDuration.TotalSeconds:0} s each");
        Console.WriteLine($"\n{Format.Aim(Relative(3) >= ThroughputAim, $">= {ThroughputAim}x one core's native throughput on two")} ({Format.Ratio(Relative(3))}; of the machine's own ceiling: {rates[3].Zip(rates[1], (s, c) => s / c).Median():0%})");

        // Rounds are compared with themselves, because the machine's speed changes from one to the next.
        double Relative(int way) => rates[way].Zip(floor, (rate, single) => rate / single).Median();

        Task NativeAsync(NativeLandmarks calls, int i)
        {
            calls.Run(subjects[i % subjects.Length].Bytes);
            return Task.CompletedTask;
        }

        async Task ServedAsync(ServiceProcess service, int i) => await subjects[i % subjects.Length].Upload.SendAndReadAsync(service.Client);

        async Task<double> NativeOnTwoThreadsAsync(NativeLandmarks[] each) =>
            (await Task.WhenAll(each.Select(calls => Stopwatches.RateAsync(1, RateDuration, i => NativeAsync(calls, i))))).Sum();
    }

    /// <summary>Milliseconds: p50 by the clock, and processor time a call.</summary>
    private readonly record struct Sums(double Native, double Service, double NativeProcessor, double ServiceProcessor)
    {
        public static Sums operator +(Sums a, Sums b) =>
            new(a.Native + b.Native, a.Service + b.Service, a.NativeProcessor + b.NativeProcessor, a.ServiceProcessor + b.ServiceProcessor);

        public string[] Cells() =>
        [
            Format.Milliseconds(Native), Format.Milliseconds(Service), Format.Ratio(Service / Native),
            Format.Milliseconds(NativeProcessor), Format.Milliseconds(ServiceProcessor), Format.Ratio(ServiceProcessor / NativeProcessor),
        ];
    }
}
