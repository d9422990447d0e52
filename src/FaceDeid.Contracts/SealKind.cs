namespace FaceDeid.Contracts;

/// <summary>What the keys of a seal bring back.</summary>
public enum SealKind
{
    /// <summary>The original pixels, which the seal carries.</summary>
    Pixels = 1,

    /// <summary>The order of scrambled blocks, which the picture itself shows.</summary>
    Scramble = 2,
}
