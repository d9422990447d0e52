using FaceDeid.Fuzz.Mutating;
using FaceDeid.Fuzz.Seeds;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>Makes requests of recipes, each time the same.</summary>
internal sealed class UploadBuilder(IReadOnlyList<Seed> seeds)
{
    private readonly Dictionary<string, Seed> _seeds = seeds.ToDictionary(seed => seed.Name, StringComparer.Ordinal);

    // Parts that are taken from other files must not follow from what the service makes, which differs from run to run.
    private readonly Mutator _mutator = new([.. seeds.Where(seed => seed.GivesPieces).Select(seed => seed.File)]);

    public IReadOnlyList<Seed> Seeds { get; } = seeds;

    public FuzzRequest Make(Recipe recipe)
    {
        var seed = _seeds[recipe.Seed];
        var (file, kinds) = (seed.File, new List<string>());
        foreach (var step in recipe.Steps)
        {
            (file, var kind) = _mutator.Apply(file, step);
            kinds.Add(kind);
        }

        var dice = new Dice(recipe.Options);
        var fields = Options.Of(recipe.Target, dice).Select(field => UploadPart.Text(field.Name, field.Value)).ToList();
        var isScrambled = fields.Exists(field => field.Content.AsSpan().SequenceEqual("scramble"u8));
        var request = new FuzzRequest(recipe.Target, [.. Files(recipe.Target, seed.Kind, file, dice), .. fields])
        {
            Kinds = kinds,
            Key = recipe.Target.Name is "restore" or "rewrap" or "seal" || isScrambled ? SealSeeds.Key : null,
        };
        return recipe.Envelope == 0 ? request : Envelope.Damage(request, new Dice(recipe.Envelope));
    }

    /// <summary>The file among those that the call needs.</summary>
    private static IEnumerable<UploadPart> Files(Target target, SeedKind kind, byte[] file, Dice dice)
    {
        var sent = new UploadPart(string.Empty, file, "picture");
        var intact = sent with { Content = PictureSeeds.Face };
        switch (target.Name)
        {
            case "merge":
                var isFirst = dice.OneIn(2);
                return [(isFirst ? sent : intact) with { Name = "first" }, (isFirst ? intact : sent) with { Name = "second" }];
            case "deidentify" or "seal" when dice.OneIn(16): // the photo of somebody who stays visible
                return [intact with { Name = "image" }, sent with { Name = dice.OneIn(2) ? "keep" : "only" }];
            case "restore" when kind == SeedKind.Sidecar:
                return [sent with { Name = "image", Content = SealSeeds.Picture }, sent with { Name = "sidecar" }];
            case "rewrap" when kind == SeedKind.Sidecar: return [sent with { Name = "sidecar" }];
            case "collections" when kind == SeedKind.Picture:
                return
                [
                    sent with { Name = "images" },
                    .. ArchiveSeeds.People.Select(person => new UploadPart("images", person.File, person.Name)),
                ];
            case "collections" or "verify": return [sent with { Name = "archive" }];
            case "evaluate": return [sent with { Name = "dataset" }];
            default: return [sent with { Name = "image" }];
        }
    }
}
