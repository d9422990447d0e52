using FaceDeid.Fuzz.Mutating;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Seeds;

namespace FaceDeid.Fuzz.Running;

/// <summary>Invents recipes: new ones, and more often further steps on those of the corpus.</summary>
internal sealed class RecipeGenerator(IReadOnlyList<Seed> seeds, Corpus corpus, ulong seed)
{
    private const int MostSteps = 6;

    private static readonly (Target Item, int Weight)[] Targets = [.. Target.All.Select(target => (target, target.Weight))];

    private static readonly (int, int)[] Depths = [(1, 1), (2, 6), (3, 13)];

    private readonly Dice _dice = new(seed);

    public Recipe Next()
    {
        // What was answered has most code before it, and what was refused at the door least.
        var parents = corpus.OfDepth(_dice.Weighted(Depths));
        if (parents.Count == 0 || _dice.OneIn(6))
            return Fresh();
        var parent = _dice.Of(parents).Recipe;
        if (_dice.Below(Target.All.Max(target => target.Weight)) >= parent.Target.Weight * 2)
            return Fresh(); // the corpus has many of the slow calls, because much can go wrong in them
        return _dice.Below(10) switch
        {
            0 => parent with { Options = _dice.Seed() },
            1 => parent with { Envelope = _dice.Seed() },
            2 => parent with { Envelope = 0, Steps = [.. parent.Steps.Take(_dice.Below(parent.Steps.Count)), _dice.Seed()] },
            3 => parent with { Seed = SeedFor(parent.Target) },
            4 when parent.Steps.Count > 1 => parent with { Steps = [.. parent.Steps.Skip(1)] },
            _ when parent.Steps.Count < MostSteps => parent with { Envelope = 0, Steps = [.. parent.Steps, _dice.Seed()] },
            _ => parent with { Envelope = 0, Steps = [.. parent.Steps.Take(_dice.Below(MostSteps)), _dice.Seed()] },
        };
    }

    private Recipe Fresh()
    {
        var target = _dice.Weighted(Targets);
        return new Recipe(
            target, SeedFor(target), _dice.Seed(), _dice.OneIn(6) ? _dice.Seed() : 0,
            [.. Enumerable.Range(0, _dice.Below(4)).Select(_ => _dice.Seed())]);
    }

    private string SeedFor(Target target)
    {
        var kind = _dice.Of(target.Kinds);
        return _dice.Of(seeds.Where(seed => seed.Kind == kind).ToList()).Name;
    }
}
