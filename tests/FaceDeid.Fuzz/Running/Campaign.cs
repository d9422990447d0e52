using System.Diagnostics;
using FaceDeid.Fuzz.Recipes;

namespace FaceDeid.Fuzz.Running;

/// <summary>A run of so many minutes.</summary>
internal sealed class Campaign(Runner runner, UploadBuilder kitchen, FuzzArguments arguments)
{
    private const int ShownOfOneKind = 3;

    private readonly Corpus _corpus = new();
    private readonly Dictionary<string, int> _findings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = new();
    private double _slowest;
    private long _hungriest;
    private long _executions;

    /// <summary>Runs to the end; how many executions broke a rule.</summary>
    public async Task<int> RunAsync()
    {
        var chef = new RecipeGenerator(kitchen.Seeds, _corpus, arguments.Seed);
        var end = TimeSpan.FromMinutes(arguments.Minutes);
        var nextLine = TimeSpan.FromMinutes(1);
        Say($"{kitchen.Seeds.Count} seeds, seed of the run {arguments.Seed}, {arguments.Minutes} minutes");
        _clock.Start();
        while (_clock.Elapsed < end)
        {
            var recipe = chef.Next();
            if (Make(recipe) is { } request)
                Note(await runner.RunAsync(recipe, request));
            if (_clock.Elapsed < nextLine)
                continue;
            nextLine += TimeSpan.FromMinutes(1);
            SayProgress();
        }

        SayEnd();
        if (arguments.Corpus is { } path)
        {
            _corpus.Write(
                path,
                $"made by make fuzz ARGS=\"--minutes {arguments.Minutes} --seed {arguments.Seed}\": {_executions} executions");
        }

        return _findings.Values.Sum();
    }

    /// <summary>The request; null: the fuzzer itself failed, which is no reason to end a run of an hour.</summary>
    private FuzzRequest? Make(Recipe recipe)
    {
        try
        {
            return kitchen.Make(recipe);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException
            or InvalidOperationException or IOException)
        {
            Say($"MUTATOR {recipe} {e}");
            return null;
        }
    }

    private void Note(Outcome outcome)
    {
        _executions++;
        _slowest = Math.Max(_slowest, outcome.Seconds);
        _hungriest = Math.Max(_hungriest, outcome.Growth);
        var answer = $"{outcome.Recipe.Target.Name} {outcome.Answer}";
        _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
        _corpus.Add(outcome);
        if (outcome.Violation is not { } violation)
            return;
        var kind = $"{outcome.Recipe.Target.Name} {violation[..Math.Min(violation.Length, 40)]}";
        _findings[kind] = _findings.GetValueOrDefault(kind) + 1;
        if (_findings[kind] <= ShownOfOneKind)
            Say($"FINDING {outcome.Recipe} = {outcome.Answer} [{string.Join(' ', outcome.Kinds)}] {violation}");
    }

    private void SayProgress() => Say(
        $"{_clock.Elapsed:hh\\:mm\\:ss} {_executions} executions, {_executions / _clock.Elapsed.TotalSeconds:0} a second, "
        + $"{_findings.Values.Sum()} findings, corpus {_corpus.Count}, resident {runner.ResidentMemory / 1_000_000} MB, slowest "
        + $"{_slowest:0.00} s, most memory of one {_hungriest / 1_000_000} MB, {runner.Restarts} restarts");

    private void SayEnd()
    {
        SayProgress();
        foreach (var (answer, count) in _answers)
            Say($"  {count,8} {answer}");
        foreach (var (kind, count) in _findings)
            Say($"  {count,8} FINDINGS {kind}");
    }

    private static void Say(string line) => Console.WriteLine(line);
}
