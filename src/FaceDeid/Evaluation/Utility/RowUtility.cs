namespace FaceDeid.Evaluation.Utility;

/// <summary>What the main face of a row is still good for.</summary>
/// <param name="FoundBefore">The detectors that find it in the original.</param>
/// <param name="FoundAfter">The detectors that find it in the de-identified picture.</param>
/// <param name="KeepsExpression">Whether its class of expression is the same; null: nobody looked.</param>
/// <param name="LandmarkError">Distance of the landmarks; null: the pictures do not have one size.</param>
/// <param name="Turn">How far the head turned: yaw, pitch and roll, in degrees; null: no pose fits.</param>
/// <param name="Inside">The pixels inside of all faces; null: the pictures do not have one size.</param>
/// <param name="Outside">The pixels outside of all faces; null: so, or there are none.</param>
/// <param name="Kind">Whether sex and age class are the same.</param>
/// <param name="Skin">How the skin looks; null: so, or there is too little of it.</param>
/// <param name="RimStep">The edge around what was changed, in L*; null: so, or the outline is not in sight.</param>
/// <param name="Gaze">How far the irises moved, in widths of an eye; null: no eye could be measured.</param>
internal sealed record RowUtility(
    IReadOnlySet<DetectorKind> FoundBefore,
    IReadOnlySet<DetectorKind> FoundAfter,
    bool? KeepsExpression,
    double? LandmarkError,
    HeadPose? Turn,
    PixelComparison? Inside,
    PixelComparison? Outside,
    KeptKind Kind,
    SkinComparison? Skin,
    double? RimStep,
    double? Gaze);
