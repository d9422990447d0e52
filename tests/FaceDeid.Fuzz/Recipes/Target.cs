using FaceDeid.Fuzz.Seeds;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>A call under attack.</summary>
/// <param name="Name">What it is called in recipes.</param>
/// <param name="Path">Its address.</param>
/// <param name="Weight">How often it is called: most where most code reads the file, least where a call takes long.</param>
/// <param name="Kinds">What is sent to it.</param>
internal sealed record Target(string Name, string Path, int Weight, params SeedKind[] Kinds)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("detect", "/v1/detect", 16, SeedKind.Picture),
        new("landmarks", "/v1/landmarks", 8, SeedKind.Picture),
        new("merge", "/v1/merge", 24, SeedKind.Picture),
        new("deidentify", "/v1/deidentify", 48, SeedKind.Picture, SeedKind.Picture, SeedKind.Picture, SeedKind.Sealed),
        new("seal", "/v1/seal", 6, SeedKind.Picture),
        new("restore", "/v1/restore", 20, SeedKind.Sealed, SeedKind.Sealed, SeedKind.Sidecar, SeedKind.Picture),
        new("rewrap", "/v1/seal/rewrap", 12, SeedKind.Sealed, SeedKind.Sidecar),
        new("collections", "/v1/collections", 4, SeedKind.Pictures, SeedKind.Picture),
        new("verify", "/v1/collections/verify", 8, SeedKind.Collection, SeedKind.Collection, SeedKind.Pictures),
        new("evaluate", "/v1/evaluate", 2, SeedKind.Dataset),
    ];

    public static Target Find(string name) => All.First(target => string.Equals(target.Name, name, StringComparison.Ordinal));
}
