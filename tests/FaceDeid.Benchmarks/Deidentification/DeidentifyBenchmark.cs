using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Deidentification;

/// <summary>
/// <c>POST /v1/deidentify</c> of a picture of one megapixel with two faces, beside plain detection of the same picture.
/// </summary>
internal static class DeidentifyBenchmark
{
    private const int WarmUps = 10;
    private const int Rounds = 40;
    private const double MillisecondsAim = 150;

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        using var service = await ServiceProcess.StartAsync();
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var recipients = JsonSerializer.Serialize(new[] { new { publicKey = pair.ExportSubjectPublicKeyInfoPem() } });
        var picture = ExamplePicture.TwoPeopleOf(1e6);
        var seal = Call("/v1/seal", [("recipients", recipients), ("format", "jpeg")]);
        var closed = await seal.SendAndReadAsync(service.Client);
        (string Name, Upload Upload)[] calls =
        [
            ("detect", Call("/v1/detect", [])),
            ("replace", Call("/v1/deidentify", [])),
            ("replace, not verified", Call("/v1/deidentify", [("verify", "false")])),
            ("blur", Call("/v1/deidentify", [("method", "blur")])),
            ("mask", Call("/v1/deidentify", [("method", "mask")])),
            ("replace, sealed", seal),
            ("restore", new Upload(
                "/v1/restore", [("image", closed)], [("privateKey", pair.ExportPkcs8PrivateKeyPem()), ("format", "jpeg")])),
        ];
        using var detected = JsonDocument.Parse(await calls[0].Upload.SendAndReadAsync(service.Client));
        if (detected.RootElement.GetProperty("faces").GetArrayLength() != 2)
            throw new InvalidOperationException("The picture should have two faces.");
        foreach (var (_, upload) in calls)
        {
            for (var i = 0; i < WarmUps; i++)
                await upload.SendAndReadAsync(service.Client);
        }

        var times = Array.ConvertAll(calls, _ => new List<double>());
        var processor = new TimeSpan[calls.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < calls.Length; i++)
            {
                var before = service.ProcessorTime;
                times[i].Add(await Stopwatches.TimeAsync(() => calls[i].Upload.SendAndReadAsync(service.Client)));
                processor[i] += service.ProcessorTime - before;
            }
        }

        var table = new Table("call", "p50 ms", "p90 ms", "of detect", "CPU ms");
        for (var i = 0; i < calls.Length; i++)
        {
            table.Add(
                calls[i].Name, Format.Milliseconds(times[i].Median()), Format.Milliseconds(times[i].Percentile(0.9)),
                Format.Ratio(times[i].Median() / times[0].Median()),
                Format.Milliseconds(processor[i].TotalMilliseconds / Rounds));
        }

        table.Print($"deidentify: one megapixel, two faces, JPEG in and out, one client, calls in turn, {Rounds} rounds");
        var replace = times[1].Median();
        Console.WriteLine(
            $"\n{Format.Aim(replace < MillisecondsAim, $"replace below {MillisecondsAim} ms at p50")} "
            + $"({Format.Milliseconds(replace)} ms)");
        return true;

        Upload Call(string path, (string Name, string Value)[] fields) => new(path, [("image", picture)], fields);
    }
}
