using FaceDeid.Api.Endpoints;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Forms;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Reporting;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Hosting;

/// <summary>The switch <c>--evaluate</c>: what <c>POST /v1/evaluate</c> does, over a folder, and without a service.</summary>
internal static class EvaluateCommand
{
    private const int Failed = 1;
    private const int WrongArguments = 2;

    public static bool IsAsked(string[] args) => args.Contains(EvaluateArguments.Switch, StringComparer.Ordinal);

    /// <summary>Measures, writes the table to standard output and everything else to standard error; the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        EvaluateArguments arguments;
        EvaluationOptions evaluation;
        try
        {
            arguments = EvaluateArguments.Parse(args);
            evaluation = arguments.Form.ToOptions();
        }
        catch (ProblemException mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake.Message}{Environment.NewLine}{Environment.NewLine}{EvaluateArguments.Usage}");
            return WrongArguments;
        }

        try
        {
            var builder = WebApplication.CreateBuilder(arguments.Settings);
            builder.AddFaceDeidHosting();
            await using var app = builder.Build();
            var limits = app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits;
            var files = DatasetDirectory.Files(arguments.Dataset, limits.MaxUploadBytes);
            if (arguments.Out is not null)
                Directory.CreateDirectory(arguments.Out); // before the work: where it cannot be made, nothing need be measured

            var dataset = await DatasetReader.ReadAsync(files, table: null, arguments.Form.MadeBy, CancellationToken.None);
            await using var scope = app.Services.CreateAsyncScope();
            var result = await scope.ServiceProvider.GetRequiredService<EvaluationPipeline>().EvaluateAsync(dataset, evaluation, new Stages(), CancellationToken.None);
            Console.WriteLine(EvaluationTable.Markdown(result.Report).TrimEnd());
            if (arguments.Out is not null)
                await WriteAsync(arguments.Out, result);
            return 0;
        }
        catch (FaceDeidException refused)
        {
            return await RefuseAsync(refused.Message, refused.Code == ErrorCode.BadDataset ? refused.Options : null);
        }
        catch (ProblemException refused)
        {
            return await RefuseAsync(refused.Message, faults: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync(e.Message, faults: null);
        }
    }

    private static async Task WriteAsync(string folder, EvaluationResult result)
    {
        foreach (var (name, content) in EvaluationAnswer.Files(result))
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
    }

    private static async Task<int> RefuseAsync(string message, IReadOnlyDictionary<string, string>? faults)
    {
        await Console.Error.WriteLineAsync(message);
        foreach (var (place, reason) in faults ?? new Dictionary<string, string>(StringComparer.Ordinal))
            await Console.Error.WriteLineAsync($"  {place} {reason}");
        return Failed;
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
