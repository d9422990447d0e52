namespace FaceDeid.Contracts;

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
