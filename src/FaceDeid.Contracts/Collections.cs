using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>The algorithms of the k-Same family. Each puts at least k people into a group and gives the group one face.</summary>
public enum KSameAlgorithm
{
    /// <summary>k-Same-Pixel (Newton, Sweeney, Malin 2005): the average of the group's aligned pixels.</summary>
    [JsonStringEnumMemberName("k-same-pixel")]
    KSamePixel,

    /// <summary>
    /// k-Same-Eigen (Newton, Sweeney, Malin 2005): the average of the group's principal-component coefficients, reconstructed.
    /// </summary>
    [JsonStringEnumMemberName("k-same-eigen")]
    KSameEigen,

    /// <summary>k-Same-M (Gross and others 2006): shape and texture averaged apart, so that nothing is doubled.</summary>
    [JsonStringEnumMemberName("k-same-m")]
    KSameM,

    /// <summary>k-Same-Select (Gross and others 2005): k-Same-M within classes of a label or of the expression.</summary>
    [JsonStringEnumMemberName("k-same-select")]
    KSameSelect,

    /// <summary>k-Same-furthest (Meng and Sun 2014): each group gets the average of a group far from it.</summary>
    [JsonStringEnumMemberName("k-same-furthest")]
    KSameFurthest,

    /// <summary>
    /// k-Diff-furthest (after Sun and others 2015): as k-Same-furthest, but everybody gets a face of their own. It is mixed of
    /// averages of groups, and which member of a group gets which is drawn by lot.
    /// </summary>
    [JsonStringEnumMemberName("k-diff-furthest")]
    KDiffFurthest,
}

/// <summary>The space in which faces are near to each other or far.</summary>
public enum NeighbourSpace
{
    /// <summary>The aligned face's pixels, 32 x 32, three channels.</summary>
    Pixel,

    /// <summary>The first principal components of these.</summary>
    Pca,

    /// <summary>The face embedding (Chi and Hu 2015).</summary>
    Embedding,
}

/// <summary>What k-Same-Select keeps apart.</summary>
public enum SelectBy
{
    /// <summary>The expression, measured by a network: seven classes.</summary>
    Expression,

    /// <summary>The labels that the caller gave.</summary>
    Label,
}

/// <summary>What comes out of a collection.</summary>
public enum CollectionOutput
{
    /// <summary>Aligned faces: guaranteed.</summary>
    Chips,

    /// <summary>The photos, with the groups' faces put in place: measured, not guaranteed.</summary>
    Photos,
}
