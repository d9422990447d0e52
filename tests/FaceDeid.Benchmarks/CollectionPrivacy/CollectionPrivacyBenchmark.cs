using FaceDeid.Benchmarks.Collections;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Collections;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Imaging.Formats;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>
/// Evaluates every algorithm with several k, as <c>POST /v1/evaluate</c> does, beside what k promises; then photos, for which
/// nothing is promised.
/// </summary>
internal static class CollectionPrivacyBenchmark
{
    private const int PhotosK = 5;
    private static readonly int[] Ks = [2, 3, 5, 10];

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { Limits = new ImageLimits(MaxMegapixels: 50, MaxSide: 20_000) })
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var evaluation = scope.ServiceProvider.GetRequiredService<EvaluationPipeline>();

        var worst = 0.0;
        foreach (var k in options.K is { } only ? [only] : Ks)
        {
            var chips = new ReportTables();
            foreach (var algorithm in Enum.GetValues<KSameAlgorithm>())
            {
                var report = await EvaluateAsync(new CollectionOptions { Algorithm = algorithm, K = k }, deidentified: []);
                worst = Math.Max(worst, report.Attacks.Max(attack => attack.Rank1) / report.Bound!.Value);
                chips.Add(AlgorithmName.Of(algorithm), report);
            }

            chips.Print($"chips, k = {k}, bound at most {100.0 / k:0.#} %");
        }

        Console.WriteLine(
            $"\n{Format.Aim(worst <= 1, "no attack names more people than the bound")} (the best one: {worst:0.00} of it)");

        var photos = new ReportTables();
        foreach (var algorithm in Enum.GetValues<KSameAlgorithm>())
            photos.Add(AlgorithmName.Of(algorithm), await EvaluateAsync(algorithm: null, await PhotosAsync(algorithm)));
        photos.Print($"photos, k = {PhotosK}");
        return true;

        async Task<EvaluationReport> EvaluateAsync(CollectionOptions? algorithm, IReadOnlyList<DatasetFile?> deidentified)
        {
            var dataset = PeopleFolder.Dataset(options.People!, options.Count, deidentified);
            if (algorithm is null)
                dataset = dataset with { Rows = [.. dataset.Rows.Where(row => row.Deidentified is not null)] };
            var asked = new EvaluationOptions { Algorithm = algorithm, OnBadImage = BadImagePolicy.Skip };
            return (await evaluation.EvaluateAsync(dataset, asked, progress: null, CancellationToken.None)).Report;
        }

        async Task<IReadOnlyList<DatasetFile?>> PhotosAsync(KSameAlgorithm algorithm)
        {
            var people = PeopleFolder.People(options.People!, options.Count);
            var run = scope.ServiceProvider.GetRequiredService<CollectionPipeline>().Begin();
            foreach (var pictures in people)
            {
                await run.AddAsync(
                    await pictures[0].ReadAsync(CancellationToken.None),
                    new PictureUse(File: true, EveryFace: false), CancellationToken.None);
            }

            var asked = new CollectionOptions
            {
                Algorithm = algorithm,
                K = PhotosK,
                Chips = false,
                Photos = true,
                OnBadImage = BadImagePolicy.Skip,
            };
            var result = await run.CompleteAsync(asked, subjects: null, progress: null, CancellationToken.None);
            var files = result.Files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);
            var made = result.Certificate.Groups.SelectMany(group => group.Members)
                .ToDictionary(member => member.Index, member => files[member.Photo!]);
            return [.. people.Select((_, i) =>
                made.TryGetValue(i, out var photo) ? new DatasetFile($"{i}", _ => Task.FromResult(photo)) : null)];
        }
    }
}
