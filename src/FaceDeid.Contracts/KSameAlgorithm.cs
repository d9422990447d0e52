using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>The algorithms of the k-Same family. Each puts at least k people into a group and gives the group one face.</summary>
public enum KSameAlgorithm
{
    /// <summary>k-Same-Pixel (Newton, Sweeney, Malin 2005): the average of the group's aligned pixels.</summary>
    [JsonStringEnumMemberName("k-same-pixel")]
    KSamePixel,

    /// <summary>k-Same-Eigen (Newton, Sweeney, Malin 2005): the average of the group's principal-component coefficients, reconstructed.</summary>
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
    /// k-Diff-furthest (after Sun and others 2015): as k-Same-furthest, but everybody gets a face of their own. It is mixed of averages of
    /// groups, and which member of a group gets which is drawn by lot.
    /// </summary>
    [JsonStringEnumMemberName("k-diff-furthest")]
    KDiffFurthest,
}
