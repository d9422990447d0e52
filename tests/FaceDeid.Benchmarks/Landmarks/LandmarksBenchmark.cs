using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;
using FaceDeid.Dlib;

namespace FaceDeid.Benchmarks.Landmarks;

/// <summary>A picture, and the request that asks for its landmarks.</summary>
internal sealed record Subject(string Name, byte[] Bytes, Upload Upload);

/// <summary>
/// <c>POST /v1/landmarks</c> over HTTP against the same native calls in this process: latency, then throughput.
/// </summary>
internal static class LandmarksBenchmark
{
    private const int WarmUps = 40;
    private const int Rounds = 60;
    private const double RatioAim = 1.25;

    private sealed record Answer(List<Answer.Face> Faces)
    {
        internal sealed record Face(List<PixelPoint> Landmarks);
    }

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var subjects = ExamplePicture.All
            .Select(picture => new Subject(
                picture.Name, picture.Bytes, new Upload("/v1/landmarks", [("image", picture.Bytes)], [("detector", "hog")])))
            .ToArray();
        using var native = new NativeLandmarks();
        using var other = new NativeLandmarks();
        using var two = await ServiceProcess.StartAsync(workers: 2);
        using (var one = await ServiceProcess.StartAsync(workers: 1))
        {
            await WarmUpAsync(subjects, native, one, two);
            await LatencyAsync(subjects, native, two);
            await LandmarksThroughput.RunAsync(subjects, native, other, one, two);
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
        var table = new Table(
            "picture", "native p50 ms", "service p50 ms", "ratio", "native CPU ms", "service CPU ms", "CPU ratio");
        var sums = new Sample();
        foreach (var subject in subjects)
        {
            var sample = await AlternateAsync(subject, native, service);
            sums += sample;
            table.Add([subject.Name, .. sample.Cells()]);
        }

        table.Add(["all (sum)", .. sums.Cells()]);
        table.Print($"landmarks: latency, one client, native and service in alternation, {Rounds} rounds a picture");
        Console.WriteLine(
            $"\n{Format.Aim(sums.Service / sums.Native <= RatioAim, $"<= {RatioAim}x the native calls at p50")} "
            + $"({Format.Ratio(sums.Service / sums.Native)})");
    }

    private static async Task<Sample> AlternateAsync(Subject subject, NativeLandmarks native, ServiceProcess service)
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
        return new Sample(
            direct.Median(), served.Median(),
            nativeProcessor.TotalMilliseconds / Rounds, serviceProcessor.TotalMilliseconds / Rounds);
    }

    /// <summary>Milliseconds: p50 by the clock, and processor time a call.</summary>
    private readonly record struct Sample(double Native, double Service, double NativeProcessor, double ServiceProcessor)
    {
        public static Sample operator +(Sample a, Sample b) => new(
            a.Native + b.Native, a.Service + b.Service,
            a.NativeProcessor + b.NativeProcessor, a.ServiceProcessor + b.ServiceProcessor);

        public string[] Cells() =>
        [
            Format.Milliseconds(Native), Format.Milliseconds(Service), Format.Ratio(Service / Native),
            Format.Milliseconds(NativeProcessor), Format.Milliseconds(ServiceProcessor),
            Format.Ratio(ServiceProcessor / NativeProcessor),
        ];
    }
}
