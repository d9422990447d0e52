using System.IO.Compression;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>
/// <c>POST /v1/collections</c> over HTTP, each call against a service of its own, which has done nothing before.
/// </summary>
internal static class ServiceCollections
{
    private const int K = 5;

    public static async Task RunAsync(IReadOnlyList<byte[]> pictures)
    {
        (string Name, byte[] Bytes)[] parts = [.. pictures.Select(picture => ("images", picture))];
        (string Name, byte[] Bytes)[] archive = [("archive", Pack(pictures))];
        (string Name, Upload Upload)[] calls =
        [
            ("k-same-m, chips, `images`", Call(parts, "k-same-m", "chips")),
            ("k-same-m, chips, `archive`", Call(archive, "k-same-m", "chips")),
            ("k-same-m, photos, `images`", Call(parts, "k-same-m", "photos")),
            ("k-same-select by expression, chips, `images`", Call(parts, "k-same-select", "chips")),
        ];
        var table = new Table("call", "faces", "s", "pictures/s", "CPU s", "ready, MiB", "peak MiB", "answer MB");
        foreach (var (name, upload) in calls)
            table.Add([name, .. await MeasureAsync(upload, pictures.Count)]);
        table.Print(
            $"collections: POST /v1/collections, {pictures.Count} pictures of 250x250 "
            + $"({pictures.Sum(picture => picture.Length) / 1e6:0.0} MB), k = {K}, first call of a service");
    }

    private static Upload Call((string Name, byte[] Bytes)[] pictures, string algorithm, string output) => new(
        "/v1/collections",
        pictures,
        [("k", $"{K}"), ("algorithm", algorithm), ("output", output), ("multipleFaces", "largest"), ("onBadImage", "skip")]);

    private static async Task<string[]> MeasureAsync(Upload upload, int pictures)
    {
        using var service = await ServiceProcess.StartAsync();
        var (ready, processor) = (service.ResidentMebibytes, service.ProcessorTime);
        byte[] answer = [];
        var seconds = await Stopwatches.TimeAsync(async () => answer = await upload.SendAndReadAsync(service.Client)) / 1000;
        return
        [
            $"{await FacesAsync(answer)}", $"{seconds:0.0}", $"{pictures / seconds:0.0}",
            $"{(service.ProcessorTime - processor).TotalSeconds:0.0}", $"{ready:0}", $"{service.PeakMebibytes:0}",
            $"{answer.Length / 1e6:0.0}",
        ];
    }

    /// <summary>How many faces got another one, by the answer's certificate.</summary>
    private static async Task<int> FacesAsync(byte[] answer)
    {
        using var stream = new MemoryStream(answer);
        await using var archive = new ZipArchive(stream);
        await using var file = await archive.GetEntry(Certificate.FileName)!.OpenAsync();
        using var certificate = new MemoryStream();
        await file.CopyToAsync(certificate);
        return Certificate.Parse(certificate.ToArray()).Groups.Sum(group => group.Members.Count);
    }

    private static byte[] Pack(IReadOnlyList<byte[]> pictures)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (i, picture) in pictures.Index())
            {
                using var file = archive.CreateEntry($"{i:D4}.jpg").Open();
                file.Write(picture);
            }
        }

        return stream.ToArray();
    }
}
