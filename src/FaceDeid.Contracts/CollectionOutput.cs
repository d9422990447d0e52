namespace FaceDeid.Contracts;

/// <summary>What comes out of a collection.</summary>
public enum CollectionOutput
{
    /// <summary>Aligned faces: guaranteed.</summary>
    Chips,

    /// <summary>The photos, with the groups' faces put in place: measured, not guaranteed.</summary>
    Photos,
}
