using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Imaging.Formats;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>Evaluates every method in turn, as <c>POST /v1/evaluate</c> does, and puts the figures below each other.</summary>
internal static class PrivacyBenchmark
{
    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { Limits = new ImageLimits(MaxMegapixels: 50, MaxSide: 20_000) })
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var evaluation = scope.ServiceProvider.GetRequiredService<EvaluationPipeline>();
        var originals = PeopleFolder.People(options.People!, options.Count)
            .Select(pictures => (DatasetFile?)pictures[0]).ToList();

        var tables = new ReportTables();
        foreach (var treatment in Treatment.All)
        {
            var dataset = PeopleFolder.Dataset(options.People!, options.Count, treatment.Options is null ? originals : []);
            var asked = new EvaluationOptions { Method = treatment.Options, OnBadImage = BadImagePolicy.Skip };
            tables.Add(
                treatment.Name, (await evaluation.EvaluateAsync(dataset, asked, progress: null, CancellationToken.None)).Report);
        }

        tables.Print("methods");
        return true;
    }
}
