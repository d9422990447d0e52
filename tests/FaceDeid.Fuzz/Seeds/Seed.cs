namespace FaceDeid.Fuzz.Seeds;

/// <summary>What a file is, and so what it may be sent as.</summary>
internal enum SeedKind
{
    /// <summary>A picture.</summary>
    Picture,

    /// <summary>A picture that carries a seal.</summary>
    Sealed,

    /// <summary>A seal beside its picture.</summary>
    Sidecar,

    /// <summary>A ZIP file of pictures.</summary>
    Pictures,

    /// <summary>A ZIP file as <c>/v1/collections</c> answers it.</summary>
    Collection,

    /// <summary>A ZIP file for <c>/v1/evaluate</c>.</summary>
    Dataset,
}

/// <summary>A whole file that mutations begin with.</summary>
/// <param name="Name">What recipes call it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="File">Its bytes.</param>
/// <param name="IsLive">Whether the service made it, with random numbers of its own: it is another file in each run.</param>
internal sealed record Seed(string Name, SeedKind Kind, byte[] File, bool IsLive = false);
