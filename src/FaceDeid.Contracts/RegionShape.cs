namespace FaceDeid.Contracts;

/// <summary>What part of the picture belongs to a face.</summary>
public enum RegionShape
{
    /// <summary>A padded ellipse around the whole head's front: forehead to chin, ear to ear.</summary>
    Ellipse,

    /// <summary>The convex hull of the 68 landmarks, with the forehead and up to the ears' edge; an ellipse where there are no reliable landmarks.</summary>
    Hull,
}
