using FaceDeid.Imaging.Formats;

namespace FaceDeid;

/// <summary>What the library needs to know to be built.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// Folder with <c>manifest.json</c> and <c>cache/</c>; a relative one is also looked for above the binaries.
    /// </summary>
    public string ModelsDirectory { get; init; } = "models";

    /// <summary>How many pictures are worked on at once, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>What a picture's header may claim.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>Folder of pictures that donors are made of at start; null: the shipped ones.</summary>
    public string? DonorPictures { get; init; }

    /// <summary>Most faces of a collection; each takes 200 kB.</summary>
    public int MaxCollectionFaces { get; init; } = 2000;

    /// <summary>Most rows of an evaluated dataset.</summary>
    public int MaxEvaluationRows { get; init; } = 1000;

    /// <summary>Memory for decoded pictures, shared by all workers.</summary>
    public long PixelBytes { get; init; } = 800_000_000;
}
