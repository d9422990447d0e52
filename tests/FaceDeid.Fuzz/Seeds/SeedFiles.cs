using FaceDeid.Fuzz.Running;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>All seeds.</summary>
internal static class SeedFiles
{
    public static async Task<IReadOnlyList<Seed>> AllAsync(Runner runner)
    {
        NativeLibraries.Configure(); // one thread, which writes the same each time, and no lines about damage
        return [.. PictureSeeds.All(), .. SealSeeds.All(), .. ArchiveSeeds.All(), .. await LiveSeeds.MakeAsync(runner)];
    }
}
