using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;
using FaceDeid.Benchmarks.Steps;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// <c>POST /v1/deidentify</c> with <c>method=blur</c> against the sum of its steps in this process, and against the C++ program's
/// blur. One worker on each side, so that nothing is worked on side by side.
/// </summary>
internal static class BlurBenchmark
{
    private const int WarmUps = 15;
    private const int Rounds = 30;
    private const double Aim = 1.15;

    /// <summary>p50 in milliseconds.</summary>
    private readonly record struct Sample(double Steps, double Service, double Stock)
    {
        public double Ratio => Service / Steps;

        public static Sample operator +(Sample a, Sample b) => new(a.Steps + b.Steps, a.Service + b.Service, a.Stock + b.Stock);

        public string[] Cells() =>
        [
            Format.Milliseconds(Steps), Format.Milliseconds(Service), Format.Ratio(Ratio), Format.Milliseconds(Stock),
            Format.Ratio(Service / Stock),
        ];
    }

    public static async Task RunAsync(StockProgram stock)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { Workers = 1, Limits = new ImageLimits(MaxMegapixels: 50, MaxSide: 16_384) })
            .BuildServiceProvider();
        services.GetRequiredService<SelfTest>().Run();
        await using var scope = services.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<DeidentificationPipeline>();
        using var service = await ServiceProcess.StartAsync(workers: 1);
        foreach (var verify in (bool[])[false, true])
            await MeasureAsync(verify, pipeline, service, stock);
    }

    private static async Task MeasureAsync(
        bool verify, DeidentificationPipeline pipeline, ServiceProcess service, StockProgram stock)
    {
        var kind = verify ? "verified" : "not verified";
        var options = new DeidentificationOptions
        {
            Detection = new() { Detector = DetectorKind.Hog },
            Method = DeidentificationMethod.Blur,
            Verify = verify,
        };
        var table = new Table("picture", "steps p50 ms", "service p50 ms", "of steps", "C++ p50 ms", "of C++");
        var shares = new StepShares();
        var (sum, most) = (default(Sample), 0.0);
        for (var i = 0; i < ExamplePicture.All.Count; i++)
        {
            var picture = ExamplePicture.All[i].Bytes;
            var upload = new Upload(
                "/v1/deidentify", [("image", picture)],
                [("method", "blur"), ("detector", "hog"), .. verify ? [] : (ValueTuple<string, string>[])[("verify", "false")]]);
            var number = i;
            var sample = await AlternateAsync(
                () => pipeline.DeidentifyAsync(picture, options, output: null, CancellationToken.None),
                () => upload.SendAndReadAsync(service.Client),
                () => stock.Blur(number),
                shares);
            (sum, most) = (sum + sample, Math.Max(most, sample.Ratio));
            table.Add([ExamplePicture.All[i].Name, .. sample.Cells()]);
        }

        table.Add(["all (sum)", .. sum.Cells()]);
        table.Print($"peers: blur, {kind}, one client, one worker, in alternation, {Rounds} rounds a picture");
        Console.WriteLine($"\nsteps, ms of all pictures: {shares}");
        Console.WriteLine(
            $"{Format.Aim(sum.Ratio <= Aim, $"blur, {kind}, of all pictures <= {Aim:0.00}x its steps at p50")} "
            + $"({Format.Ratio(sum.Ratio)})");
        Console.WriteLine(
            $"{Format.Aim(most <= Aim, $"blur, {kind}, of each picture <= {Aim:0.00}x its steps at p50")} (at most "
            + $"{Format.Ratio(most)})");
    }

    private static async Task<Sample> AlternateAsync(
        Func<Task> inProcess, Func<Task> overHttp, Func<double> inStock, StepShares shares)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            await inProcess();
            await overHttp();
        }

        using var recorder = new StepRecorder();
        var rounds = new List<Dictionary<string, double>>();
        var (served, program) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            await inProcess();
            rounds.Add(recorder.Take());
            served.Add(await Stopwatches.TimeAsync(overHttp));
            program.Add(inStock());
        }

        shares.Add(rounds);
        return new Sample(rounds.Select(steps => steps.Values.Sum()).Median(), served.Median(), program.Median());
    }
}
