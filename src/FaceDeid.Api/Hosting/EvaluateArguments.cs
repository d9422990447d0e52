using FaceDeid.Api.Endpoints;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Forms;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Hosting;

/// <summary>What the command line asks of an evaluation. Options are bound as the form's fields are: they have the same values and rules.</summary>
/// <param name="Dataset">The folder.</param>
/// <param name="Out">Where the report is written to; null: it is not.</param>
/// <param name="Form">The options.</param>
/// <param name="Settings">Settings of the service, such as <c>--FaceDeid:Limits:Workers=1</c>.</param>
internal sealed record EvaluateArguments(string Dataset, string? Out, EvaluateForm Form, string[] Settings)
{
    public const string Switch = "--evaluate";

    public const string Usage = """
        usage: --evaluate DIR [--method METHOD [--strength NUMBER] [--allow-weak]] [--algorithm ALGORITHM [--k NUMBER]]
                          [--on-bad-image fail|skip] [--out DIR [--pictures]]

        DIR holds originals/, deidentified/ (not with a method or an algorithm), and perhaps gallery/, gallery-deidentified/,
        subjects.csv and certificate.json. The table goes to standard output; report.json, report.html and plots.png go to --out.
        """;

    private const string OutSwitch = "--out";
    private const string SettingPrefix = $"--{FaceDeidOptions.Section}:";

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["--method"] = nameof(EvaluateForm.Method),
        ["--strength"] = nameof(EvaluateForm.Strength),
        ["--algorithm"] = nameof(EvaluateForm.Algorithm),
        ["--k"] = nameof(EvaluateForm.K),
        ["--on-bad-image"] = nameof(EvaluateForm.OnBadImage),
    };

    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["--allow-weak"] = nameof(EvaluateForm.AllowWeak),
        ["--pictures"] = nameof(EvaluateForm.Pictures),
    };

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ProblemException">400: an argument is unknown, repeated or wrong.</exception>
    public static EvaluateArguments Parse(string[] args)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        List<string> settings = [];
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            if (argument.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase) && argument.Contains('='))
                settings.Add(argument);
            else if (Flags.TryGetValue(argument, out var flag))
                Set(argument, flag, "true");
            else if (argument is not (Switch or OutSwitch) && !Fields.ContainsKey(argument))
                throw Wrong("There is an argument that is not known.");
            else if (i + 1 == args.Length || args[i + 1].Length == 0 || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                throw Wrong($"{argument} needs a value.");
            else
                Set(argument, Fields.GetValueOrDefault(argument, argument), args[++i]);
        }

        if (!values.Remove(Switch, out var dataset))
            throw Wrong($"{Switch} is missing.");
        var hasOut = values.Remove(OutSwitch, out var folder);
        if (!hasOut && values.ContainsKey(nameof(EvaluateForm.Pictures)))
            throw Wrong("--pictures belongs to --out.");
        FormFileCollection files = [new UploadedFile(new byte[1], FormBinder.FieldName(nameof(EvaluateForm.Dataset)), "folder")];
        return new EvaluateArguments(dataset.ToString(), hasOut ? folder.ToString() : null, FormBinder.Bind<EvaluateForm>(new FormCollection(values, files)), [.. settings]);

        void Set(string argument, string field, string value)
        {
            if (!values.TryAdd(field, value))
                throw Wrong($"{argument} may be given once only.");
        }
    }

    private static ProblemException Wrong(string mistake) => new(ProblemKinds.InvalidOption, mistake);
}
