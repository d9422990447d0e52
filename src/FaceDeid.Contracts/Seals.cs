namespace FaceDeid.Contracts;

/// <summary>What was done to a picture, and whose face can be brought back.</summary>
/// <param name="Image">The upright picture's size.</param>
/// <param name="Method">The method that was asked for.</param>
/// <param name="Verified">Whether the result was compared with the original.</param>
/// <param name="Sealed">Numbers of the faces that can be brought back.</param>
/// <param name="Faces">Every face that was found or given, those left alone too.</param>
/// <param name="References">The reference photos, in the order they were sent in, and whom each means; left out: none.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record SealReport(
    ImageSize Image, DeidentificationMethod Method, bool Verified, IReadOnlyList<int> Sealed, IReadOnlyList<FaceReport> Faces,
    IReadOnlyList<ReferenceReport>? References, IReadOnlyList<PictureNote>? Notes);

/// <summary>What the keys of a seal bring back.</summary>
public enum SealKind
{
    /// <summary>The original pixels, which the seal carries.</summary>
    Pixels = 1,

    /// <summary>The order of scrambled blocks, which the picture itself shows.</summary>
    Scramble = 2,
}

/// <summary>How the data key of a face is wrapped.</summary>
public enum KeyKind
{
    /// <summary>32 secret bytes that both sides have.</summary>
    Symmetric = 1,

    /// <summary>A passphrase that both sides know.</summary>
    Passphrase = 2,

    /// <summary>A public key on the curve P-256: who seals cannot open.</summary>
    PublicKey = 3,
}

/// <summary>Which of the keys that open a face now still do afterwards.</summary>
public enum KeptAccess
{
    /// <summary>Those that were not used for this: the key that was used is replaced.</summary>
    Others,

    /// <summary>None: only the new recipients open the face.</summary>
    None,

    /// <summary>All: recipients are added.</summary>
    All,
}
