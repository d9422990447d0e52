namespace FaceDeid.Contracts;

/// <summary>What is done to a face.</summary>
public enum DeidentificationMethod
{
    /// <summary>A natural face of donors far from the subject, in the subject's pose and expression.</summary>
    Replace,

    /// <summary>The average of all donors in the subject's pose and expression: everybody gets one face.</summary>
    Average,

    /// <summary>Gaussian blur.</summary>
    Blur,

    /// <summary>Square blocks of one colour each.</summary>
    Pixelate,

    /// <summary>One solid colour.</summary>
    Mask,

    /// <summary>A black bar over the eyes. Weak.</summary>
    Eyebar,

    /// <summary>Black and white, by brightness. Weak.</summary>
    Threshold,

    /// <summary>The notebook's merge with a donor. Weak.</summary>
    Merge,

    /// <summary>Blocks in a secret order: reversible with the key.</summary>
    Scramble,
}
