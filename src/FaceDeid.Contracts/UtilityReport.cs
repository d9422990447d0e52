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
/// <param name="SexKept">
/// How many faces look of the same sex to a network, of those whose original it is sure of (probability of a man below 0.3 or
/// above 0.7) and takes for 13 years or older. A face that no detector finds any more does not.
/// </param>
/// <param name="AgeClassKept">
/// How many faces stay in their age class for the same network: below 13 years, 13 to 59, 60 and more, with five years more at
/// each border. A face that no detector finds any more does not.
/// </param>
/// <param name="Sharpness">How sharp the skin still is; null: no row has one size, or shows enough skin.</param>
/// <param name="SkinDifference">How far the colour of the skin is off; null: no row has one size, or shows enough skin.</param>
/// <param name="RimStep">
/// The edge around what was changed; null: no row has one size and a face of 40 pixels, or no outline is in the picture.
/// </param>
/// <param name="Gaze">How far the irises moved in the eyes; null: no eye is open and wide enough before and after.</param>
public sealed record UtilityReport(
    IReadOnlyList<DetectorRetention> Detection,
    LandmarkError? Landmarks,
    Agreement Expression,
    PoseError? Pose,
    PixelLikeness? Inside,
    PixelLikeness? Outside,
    ChangedBytes? BytesOutside,
    Agreement SexKept,
    Agreement AgeClassKept,
    SharpnessRatio? Sharpness,
    SkinDifference? SkinDifference,
    RimStepMean? RimStep,
    GazeShift? Gaze);

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

/// <summary>
/// High-pass energy of the skin's lightness after, in that before: root mean square of L* minus its Gaussian of 1.2 pixels.
/// </summary>
/// <param name="Median">Median over the faces; 1: as sharp and grainy as before, 0: flat.</param>
/// <param name="N">How many faces.</param>
public sealed record SharpnessRatio(double Median, int N);

/// <summary>Differences of the skin's median colour before and after, CIE L*a*b* (D65).</summary>
/// <param name="Lightness">Median over the faces of the difference in L* (0 to 100), without its sign.</param>
/// <param name="Colour">Median over the faces of the distance in the a*b* plane, hue and chroma.</param>
/// <param name="N">How many faces.</param>
public sealed record SkinDifference(double Lightness, double Colour, int N);

/// <summary>
/// Difference of the lightness just inside and just outside of what was changed, in L*, less what the original has there already;
/// 0 of a face where nothing was changed.
/// </summary>
/// <param name="Mean">Mean over the faces; 0: no edge that was not there before.</param>
/// <param name="N">How many faces.</param>
public sealed record RimStepMean(double Mean, int N);

/// <summary>How far the irises are from where they were between the corners of the eyes, in widths of an eye.</summary>
/// <param name="Median">Median over the faces, of each the mean of its eyes.</param>
/// <param name="N">How many faces.</param>
public sealed record GazeShift(double Median, int N);
