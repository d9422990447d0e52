using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Replacement;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Rendering;

/// <summary>A face that was followed, and what is done to it.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="First">Its first frame.</param>
/// <param name="Places">For each frame from there on.</param>
/// <param name="Evidence">How sure it is that it is a face.</param>
internal sealed record PlannedTrack(int Id, int First, IReadOnlyList<PlannedPlace> Places, TrackEvidence Evidence)
{
    /// <summary>Its last frame.</summary>
    public int Last => First + Places.Count - 1;

    /// <summary>Numbers of the tracks that it is put together of, as they were found; empty: a person drew it.</summary>
    public IReadOnlyList<int> Sources { get; init; } = [];

    /// <summary>Whether a person changed or drew it.</summary>
    public bool IsEdited { get; init; }

    /// <summary>Mean score of the finds, 0 to 1.</summary>
    public double MeanScore { get; init; }

    /// <summary>Whether it is treated; else it stays visible.</summary>
    public bool IsTreated { get; init; } = true;

    /// <summary>Which person it is, from 1; null: not recognisable.</summary>
    public int? Person { get; init; }

    /// <summary>Whose face it wears; null: nobody's.</summary>
    public Disguise? Disguise { get; init; }

    /// <summary>Of what kind it is; null: not seen clearly enough.</summary>
    public AgeAndSex? Who { get; init; }

    /// <summary>What it expresses where it is seen best; null: not seen clearly enough.</summary>
    public FacialExpression? Expression { get; init; }

    /// <summary>What it looks like; empty: not seen clearly enough.</summary>
    public IReadOnlyList<FaceEmbedding> Looks { get; init; } = [];

    /// <summary>The place in a frame; null: there is none.</summary>
    public PlannedPlace? At(int frame) =>
        frame - First is var i && i >= 0 && i < Places.Count && Places[i].Covered.Count > 0 ? Places[i] : null;
}

/// <summary>Where a face is in a frame.</summary>
/// <param name="Kind">How that is known.</param>
/// <param name="Face">Its box, where one place is known.</param>
/// <param name="Covered">What is covered; empty: the face is not in this frame.</param>
internal sealed record PlannedPlace(PlaceKind Kind, FaceBox? Face, IReadOnlyList<FaceBox> Covered);

/// <summary>An area that is covered in some frames, whatever it shows.</summary>
/// <param name="Polygon">Its outline, in pixels.</param>
/// <param name="First">The first frame.</param>
/// <param name="Last">The last frame.</param>
internal sealed record PlannedRegion(IReadOnlyList<PixelPoint> Polygon, int First, int Last);
