namespace FaceDeid.Contracts;

/// <summary>
/// What the main faces are still good for. What compares places and pixels is measured on the rows whose pictures are of one size
/// before and after, and null where there are none.
/// </summary>
/// <param name="Detection">For each detector: how many of the originals' faces it still finds.</param>
/// <param name="Landmarks">How far the 68 landmarks moved; null: no row has one size.</param>
/// <param name="Expression">How many faces, of 100 at most, keep their class of expression, of seven.</param>
/// <param name="Pose">How far the heads turned.</param>
/// <param name="Inside">Likeness of the pixels inside the faces; null: no row has one size.</param>
/// <param name="Outside">Likeness of the pixels outside of all faces; null: no row has one size.</param>
/// <param name="BytesOutside">How many bytes changed outside of all faces; null: no row has one size.</param>
public sealed record UtilityReport(
    IReadOnlyList<DetectorRetention> Detection,
    LandmarkError? Landmarks,
    Agreement Expression,
    PoseError? Pose,
    PixelLikeness? Inside,
    PixelLikeness? Outside,
    ChangedBytes? BytesOutside);

/// <summary>How many of something.</summary>
/// <param name="Share">Part, 0 to 1; null: of none.</param>
/// <param name="Low">Lower end of its 95 % interval (Wilson 1927).</param>
/// <param name="High">Upper end.</param>
/// <param name="N">Of how many.</param>
public sealed record Agreement(double? Share, double Low, double High, int N);

/// <summary>How many of the faces that a detector finds in the originals it still finds.</summary>
/// <param name="Detector">Which detector.</param>
/// <param name="Kept">How many.</param>
public sealed record DetectorRetention(DetectorKind Detector, Agreement Kept);

/// <summary>
/// Distance of the 68 landmarks, each predicted in the original's box, to the original's, in distances between the original's
/// eyes (NME).
/// </summary>
/// <param name="Mean">Mean over the faces.</param>
/// <param name="Median">Median over the faces.</param>
/// <param name="N">How many faces.</param>
public sealed record LandmarkError(double Mean, double Median, int N);

/// <summary>Mean of the absolute differences of the head's angles, in degrees.</summary>
/// <param name="Yaw">Left and right.</param>
/// <param name="Pitch">Up and down.</param>
/// <param name="Roll">Towards the shoulders; null where pictures are aligned anew.</param>
/// <param name="N">How many faces.</param>
public sealed record PoseError(double Yaw, double Pitch, double? Roll, int N);

/// <summary>How alike pixels are.</summary>
/// <param name="Ssim">Mean structural similarity of the gray values (Wang et al. 2004), 1: equal.</param>
/// <param name="Psnr">Peak signal-to-noise ratio of the mean squared error of all pictures, in dB; null: nothing differs.</param>
/// <param name="N">How many pictures.</param>
public sealed record PixelLikeness(double Ssim, double? Psnr, int N);

/// <summary>Bytes of the decoded pixels (8 bits, three channels) that changed.</summary>
/// <param name="Share">Mean part of the bytes.</param>
/// <param name="Pictures">How many pictures have any that changed.</param>
/// <param name="N">How many pictures.</param>
public sealed record ChangedBytes(double Share, int Pictures, int N);
