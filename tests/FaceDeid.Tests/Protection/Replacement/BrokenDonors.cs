using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Tests.Protection.Replacement;

/// <summary>Donors that look natural on nobody.</summary>
internal static class BrokenDonors
{
    public static Donor Blurred(Donor donor) => Changed(donor, texture => Cv2.GaussianBlur(texture, texture, default, 8));

    public static Donor Empty(Donor donor) => Changed(donor, texture => texture.SetTo(Cv2.Mean(texture)));

    public static Donor UpsideDown(Donor donor) => Changed(donor, texture => Cv2.Flip(texture, texture, FlipMode.X));

    /// <summary>A third of it is painted green.</summary>
    public static Donor Green(Donor donor) => Changed(donor, texture =>
    {
        using var side = texture.SubMat(0, texture.Height, 0, texture.Width / 3);
        Cv2.Add(side, new Scalar(-60, 60, -60), side);
    });

    /// <summary>Its landmarks lie below its face.</summary>
    public static Donor Displaced(Donor donor) => donor with
    {
        Points = Array.ConvertAll(donor.Points, p => p + new System.Numerics.Complex(0, 0.12 * FaceMesh.WidthOf(donor.Points))),
    };

    private static Donor Changed(Donor donor, Action<Mat> change)
    {
        using var texture = donor.Texture();
        change(texture);
        return donor with { Picture = texture.ToBytes(".png") };
    }
}
