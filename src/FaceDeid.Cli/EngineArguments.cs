using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Cli;

/// <summary>The options with which the library is built, the same in every command.</summary>
internal sealed class EngineArguments
{
    private static readonly EngineOptions Defaults = new();

    private readonly Option<string> _models = new("--models")
    {
        Description = "Folder with manifest.json and the models (also the variable FaceDeid__Models__Directory)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FaceDeid__Models__Directory") ?? Defaults.ModelsDirectory,
    };

    private readonly Option<int> _workers = Number("--workers", "Pictures worked on at once", Defaults.Workers, 1, 64);
    private readonly Option<int> _maxRows = Number("--max-rows", "Most rows of a dataset", Defaults.MaxEvaluationRows, 2, 4000);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, bool isOfDatasets)
    {
        command.Options.Add(_models);
        command.Options.Add(_workers);
        if (isOfDatasets)
            command.Options.Add(_maxRows);
    }

    /// <summary>The library; the caller disposes it.</summary>
    public ServiceProvider Build(ParseResult parsed)
    {
        var options = Defaults with
        {
            ModelsDirectory = parsed.GetRequiredValue(_models),
            Workers = parsed.GetValue(_workers),
            MaxEvaluationRows = parsed.GetValue(_maxRows),
        };
        return new ServiceCollection().AddFaceDeid(_ => options).BuildServiceProvider();
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.AcceptBetween(least, most);
        return option;
    }
}
