using System.CommandLine;
using FaceDeid.Collections;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Cli;

/// <summary><c>facedeid evaluate DIR</c>: what <c>POST /v1/evaluate</c> does, over a folder, and without a service.</summary>
internal static class EvaluateCommand
{
    private const long MaxFileBytes = 200_000_000;

    private static readonly Argument<string> Dataset = new("DIR")
    {
        Description = "Holds originals/, deidentified/ (not with a method or an algorithm), and perhaps gallery/, "
            + "gallery-deidentified/, subjects.csv and certificate.json",
    };

    private static readonly Option<DeidentificationMethod?> Method =
        CommandLine.Choice<DeidentificationMethod>("--method", "De-identify each original by itself");

    private static readonly Option<double?> Strength = new("--strength") { Description = "How strong, with --method" };
    private static readonly Option<bool> AllowWeak =
        new("--allow-weak") { Description = "Allow weak methods and strengths, with --method" };

    private static readonly Option<KSameAlgorithm?> Algorithm =
        CommandLine.Choice<KSameAlgorithm>("--algorithm", "De-identify the originals together");

    private static readonly Option<int?> K = new("--k") { Description = "The fewest people who share a face, with --algorithm" };
    private static readonly Option<BadImagePolicy?> OnBadImage =
        CommandLine.Choice<BadImagePolicy>("--on-bad-image", "What becomes of pictures that cannot be used");
    private static readonly Option<DamagePolicy?> OnDamage =
        CommandLine.Choice<DamagePolicy>("--on-damage", "What becomes of damaged files");
    private static readonly Option<string?> Out =
        new("--out") { Description = "Where report.json, report.html and plots.png are written" };
    private static readonly Option<bool> Pictures =
        new("--pictures") { Description = "Show the worst leaks' faces in the page, with --out" };

    public static Command Create()
    {
        var engine = new EngineArguments();
        var command = new Command("evaluate", "Measure what a de-identified set is worth; the table goes to standard output")
        {
            Dataset, Method, Strength, AllowWeak, Algorithm, K, OnBadImage, OnDamage, Out, Pictures,
        };
        engine.AddTo(command, isOfDatasets: true);
        K.AcceptBetween(CollectionOptions.MinK, CollectionOptions.MaxK);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Pictures) && result.GetValue(Out) is null)
                result.AddError("--pictures belongs to --out.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, engine, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, EngineArguments engine, CancellationToken cancellationToken)
    {
        var options = EvaluationOptions.Create(
            parsed.GetValue(Method), parsed.GetValue(Strength), parsed.GetValue(AllowWeak) ? true : null,
            parsed.GetValue(Algorithm), parsed.GetValue(K), parsed.GetValue(OnDamage)) with
        {
            OnBadImage = parsed.GetValue(OnBadImage) ?? BadImagePolicy.Fail,
            LeakPictures = parsed.GetValue(Pictures),
        };
        await using var services = engine.Build(parsed);
        var files = DatasetDirectory.Files(parsed.GetRequiredValue(Dataset), MaxFileBytes);
        if (parsed.GetValue(Out) is { } folder)
            Directory.CreateDirectory(folder); // before the work: where it cannot be made, nothing need be measured

        var dataset = await DatasetReader.ReadAsync(files, table: null, options.MadeBy, cancellationToken);
        await using var scope = services.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<EvaluationPipeline>();
        var result = await pipeline.EvaluateAsync(dataset, options, new Stages(), cancellationToken);
        Console.WriteLine(EvaluationTable.Markdown(result.Report).TrimEnd());
        foreach (var (name, content) in parsed.GetValue(Out) is null ? [] : EvaluationFiles.Create(result))
            await File.WriteAllBytesAsync(Path.Combine(parsed.GetValue(Out)!, name), content, cancellationToken);
        return 0;
    }

    /// <summary>Says when a stage has ended.</summary>
    private sealed class Stages : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (value.Done == value.Total)
                Console.Error.WriteLine($"{value.Stage}: {value.Total} done");
        }
    }
}
