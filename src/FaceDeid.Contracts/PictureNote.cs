namespace FaceDeid.Contracts;

/// <summary>What was done to a picture before faces were looked for, where that changes what is seen.</summary>
public enum PictureNote
{
    /// <summary>Its colours were converted to sRGB; what sRGB does not have was clipped.</summary>
    ColorConverted,

    /// <summary>It was of high dynamic range (PQ or HLG), and was brought to the range of sRGB.</summary>
    ToneMapped,

    /// <summary>It was damaged, and what its decoder showed was taken as the picture, because the caller asked for it.</summary>
    Damaged,

    /// <summary>
    /// It has so little contrast that faces were looked for in a copy with more. What is answered has its own contrast.
    /// </summary>
    ContrastStretched,
}
