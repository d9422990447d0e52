namespace FaceDeid.Collections;

/// <summary>De-identifies sets of pictures: k-Same and its family, with a certificate.</summary>
public sealed class CollectionPipeline
{
    private readonly CollectionParts _parts;
    private readonly WorkerGate _gate;

    internal CollectionPipeline(CollectionParts parts, WorkerGate gate)
    {
        _parts = parts;
        _gate = gate;
    }

    /// <summary>Begins a collection.</summary>
    public CollectionRun Begin() => new(_parts, _gate);
}

/// <summary>What every collection works with. Thread-safe.</summary>
/// <param name="Examiner">Brings pictures down to aligned faces.</param>
/// <param name="Frame">The frame of chips.</param>
/// <param name="Expressions">Looks at chips' expressions.</param>
/// <param name="Photos">Puts faces into photos.</param>
/// <param name="Software">What the certificate says of the program.</param>
/// <param name="Key">Signs certificates; null: they are not signed.</param>
/// <param name="MaxFaces">Most faces of a collection.</param>
internal sealed record CollectionParts(
    PictureExaminer Examiner,
    ChipFrame Frame,
    ChipExpressions Expressions,
    GroupPhotos Photos,
    CertificateSoftware Software,
    CertificateKey? Key,
    int MaxFaces)
{
    /// <summary>
    /// Tries to bring a picture of a face down to its chip. The network for expressions takes 150 MB and is seldom asked for: its
    /// file was verified, and it is loaded when it is needed.
    /// </summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.ModelUnavailable"/>: it does not work.</exception>
    public void Test(byte[] picture)
    {
        var examined = Examiner.Examine(index: 0, picture, new PictureUse(File: false, EveryFace: false), CancellationToken.None);
        if (examined.Faces.Count != 1)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                "The self-test failed: a face cannot be aligned for a collection. Run 'make models'.");
        }
    }
}
