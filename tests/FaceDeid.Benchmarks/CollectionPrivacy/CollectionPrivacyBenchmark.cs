using FaceDeid.Benchmarks.Collections;
using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.KSame;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>
/// Who is still recognised in a de-identified collection, by each of four attacks, beside what k promises. Two collections are made of the
/// same people: of everybody's first photo, and of everybody's other one.
/// </summary>
internal static class CollectionPrivacyBenchmark
{
    private const int PhotosK = 5;
    private static readonly int[] Ks = [2, 3, 5, 10];

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions("models", Environment.ProcessorCount, new ImageLimits(MaxMegapixels: 50, MaxSide: 20_000)))
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var decoder = services.GetRequiredService<ImageDecoder>();
        var examiner = new Examiner(
            services.GetRequiredService<FaceFinder>(), services.GetRequiredService<LandmarkPredictor>(),
            services.GetRequiredService<CheckedLandmarkPredictor>(), services.GetRequiredService<FaceEmbedder>(), services.GetRequiredService<ExpressionClassifier>());
        var viewer = new ChipViewer(
            services.GetRequiredService<FaceFinder>(), services.GetRequiredService<CheckedLandmarkPredictor>(),
            services.GetRequiredService<ExpressionClassifier>(), services.GetRequiredService<ChipFrame>(), decoder, examiner);

        PersonPictures[] pictures = [.. PersonPictures.Below(options.People!).Take(options.Count)];
        var members = AllProcessors.Map(pictures, pair => Member.Of(pair, services.GetRequiredService<PictureExaminer>(), decoder, examiner)).OfType<Member>().ToArray();
        Console.WriteLine($"\n{members.Length} people; {pictures.Length - members.Length} left out: no usable face in one of their two pictures.");
        if (members.Length < 2 * Ks[^1])
        {
            await Console.Error.WriteLineAsync($"'{options.People}' needs at least {2 * Ks[^1]} folders with two pictures of one person each.");
            return false;
        }

        var pipeline = scope.ServiceProvider.GetRequiredService<CollectionPipeline>();
        var first = await BeginAsync(pipeline, members.Select(member => member.Subject.File), keepFiles: true);
        var second = await BeginAsync(pipeline, members.Select(member => member.Other.File), keepFiles: false);

        var untouched = Publication.Untouched([.. members.Select(member => member.Subject)], viewer, withExpressions: true);
        using (var chips = new ChipTable(members, untouched))
        {
            chips.Add("-", "none", untouched, Publication.Untouched([.. members.Select(member => member.Other)], viewer, withExpressions: false));
            foreach (var k in Ks)
            {
                foreach (var algorithm in Enum.GetValues<KSameAlgorithm>())
                {
                    var asked = new CollectionOptions { Algorithm = algorithm, K = k, OnBadImage = BadImagePolicy.Skip };
                    chips.Add(
                        $"{k}", AlgorithmName.Of(algorithm),
                        await Publication.OfAsync(first, asked, viewer, withExpressions: algorithm is KSameAlgorithm.KSameM or KSameAlgorithm.KSameSelect),
                        await Publication.OfAsync(second, asked, viewer, withExpressions: false));
                }
            }

            chips.Print();
        }

        using var photos = new PhotoTable(members);
        photos.Add("none", PhotoView.Untouched(members, decoder, examiner));
        foreach (var algorithm in Enum.GetValues<KSameAlgorithm>())
        {
            var asked = new CollectionOptions { Algorithm = algorithm, K = PhotosK, Chips = false, Photos = true, OnBadImage = BadImagePolicy.Skip };
            photos.Add(AlgorithmName.Of(algorithm), PhotoView.Of(await first.CompleteAsync(asked, subjects: null, progress: null, CancellationToken.None), members, decoder, examiner));
        }

        photos.Print(PhotosK);
        return true;
    }

    private static async Task<CollectionRun> BeginAsync(CollectionPipeline pipeline, IEnumerable<byte[]> files, bool keepFiles)
    {
        var run = pipeline.Begin();
        await Task.WhenAll(files.Select(file => run.AddAsync(file, new PictureUse(keepFiles, EveryFace: false), CancellationToken.None)));
        return run;
    }
}
