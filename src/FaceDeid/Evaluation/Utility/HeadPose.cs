using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Evaluation.Utility;

/// <summary>Where a head looks, in degrees: what turns a model of a head so that its landmarks lie where the face's do.</summary>
/// <param name="Yaw">To the side.</param>
/// <param name="Pitch">Up or down.</param>
/// <param name="Roll">Towards the shoulder.</param>
internal readonly record struct HeadPose(double Yaw, double Pitch, double Roll)
{
    // The tip of the nose, the chin, the outer corners of the eyes and the corners of the mouth of an average head, in
    // millimetres: to the right, downwards, away from the camera.
    private static readonly int[] Points = [30, 8, 36, 45, 48, 54];

    private static readonly Point3f[] Head =
        [new(0, 0, 0), new(0, 63, 13), new(-43, -33, 26), new(43, -33, 26), new(-29, 29, 24), new(29, 29, 24)];

    /// <summary>The pose by six landmarks, seen through a lens as long as the picture is wide; null: no pose fits.</summary>
    public static HeadPose? Estimate(Landmarks68 landmarks, Size picture)
    {
        var seen = Points.Select(i => new Point2f(landmarks.Points[i].X, landmarks.Points[i].Y)).ToArray();
        double[,] camera = { { picture.Width, 0, picture.Width / 2.0 }, { 0, picture.Width, picture.Height / 2.0 }, { 0, 0, 1 } };
        var (rotation, shift) = (new double[] { 0, 0, 0 }, new double[] { 0, 0, 800 });
        try
        {
            Cv2.SolvePnP(Head, seen, camera, [], ref rotation, ref shift, useExtrinsicGuess: true);
        }
        catch (OpenCVException)
        {
            return null; // the points lie on one another
        }

        Cv2.Rodrigues(rotation, out double[,] matrix, out _);
        const double degrees = 180 / Math.PI;
        var pose = new HeadPose(
            degrees * Math.Asin(Math.Clamp(-matrix[2, 0], -1, 1)),
            degrees * Math.Atan2(matrix[2, 1], matrix[2, 2]),
            degrees * Math.Atan2(matrix[1, 0], matrix[0, 0]));
        return double.IsFinite(pose.Yaw + pose.Pitch + pose.Roll) ? pose : null;
    }

    /// <summary>How far another pose is turned from this one, in degrees, each angle without its sign.</summary>
    public HeadPose To(HeadPose other) => new(Math.Abs(other.Yaw - Yaw), Angle(other.Pitch - Pitch), Angle(other.Roll - Roll));

    private static double Angle(double degrees) => Math.Abs(Math.IEEERemainder(degrees, 360));
}
