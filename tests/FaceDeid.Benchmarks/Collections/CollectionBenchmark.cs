using FaceDeid.Collections;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>
/// De-identification of collections: the whole call over HTTP, then grouping and averaging of many more faces in process.
/// </summary>
internal static class CollectionBenchmark
{
    private const int MostPictures = 1_000;
    private const int MostFaces = 10_000;
    private const int RealFaces = 100;

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { Limits = new ImageLimits(MaxMegapixels: 50, MaxSide: 16_384) })
            .BuildServiceProvider();
        var varied = VariedPictures.Find(services.GetRequiredService<ImageDecoder>(), services.GetRequiredService<FaceFinder>());
        await ServiceCollections.RunAsync([.. Enumerable.Range(0, Math.Min(options.Count, MostPictures)).Select(varied.Take)]);

        var examiner = services.GetRequiredService<PictureExaminer>();
        AlignedFace[] real =
        [
            .. Enumerable.Range(0, RealFaces)
                .Select(i =>
                    examiner.Examine(i, varied.Take(i), new PictureUse(File: false, EveryFace: false), CancellationToken.None))
                .SelectMany(picture => picture.Faces),
        ];
        await GroupingBenchmark.RunAsync(MixedFaces.Of(real, Math.Min(options.Count, MostFaces)), services);
        return true;
    }
}
