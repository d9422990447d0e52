using System.Globalization;

namespace FaceDeid.Fuzz.Running;

/// <summary>What was typed.</summary>
internal sealed record FuzzArguments
{
    public const string Usage = "--minutes N --seed N [--corpus FILE], or --replay 'RECIPE' [--save FILE]";

    public double Minutes { get; private init; } = 10;

    public ulong Seed { get; private init; } = 1;

    /// <summary>Where the corpus is written; null: nowhere.</summary>
    public string? Corpus { get; private init; }

    /// <summary>The one recipe that is run; null: many are invented.</summary>
    public string? Replay { get; private init; }

    /// <summary>Where the body of the replayed request is written, a picture of a person perhaps; null: nowhere.</summary>
    public string? Save { get; private init; }

    /// <summary>Reads the arguments; null: they are wrong.</summary>
    public static FuzzArguments? Parse(IReadOnlyList<string> words)
    {
        var parsed = new FuzzArguments();
        for (var i = 0; i + 1 < words.Count; i += 2)
        {
            var value = words[i + 1];
            if (words[i] is "--minutes" && double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0)
                parsed = parsed with { Minutes = minutes };
            else if (words[i] is "--seed" && ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed))
                parsed = parsed with { Seed = seed };
            else if (words[i] is "--corpus")
                parsed = parsed with { Corpus = value };
            else if (words[i] is "--replay")
                parsed = parsed with { Replay = value };
            else if (words[i] is "--save")
                parsed = parsed with { Save = value };
            else
                return null;
        }

        return words.Count % 2 == 0 ? parsed : null;
    }
}
