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
/// <param name="GivesPieces">
/// Whether pieces of it are put into other files: not of what the service made with random numbers of its own, which is another
/// file in each run, nor of what was added since the corpus was made, whose recipes would make other files.
/// </param>
internal sealed record Seed(string Name, SeedKind Kind, byte[] File, bool GivesPieces = true);
