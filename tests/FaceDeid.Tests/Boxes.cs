using FaceDeid.Detection;
using Xunit;

namespace FaceDeid.Tests;

/// <summary>How far two boxes agree.</summary>
internal static class Boxes
{
    /// <summary>Intersection over union: 1 for equal boxes, 0 for boxes that do not touch.</summary>
    public static double Overlap(this Box a, Box b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        var both = Math.Max(0.0, width) * Math.Max(0, height);
        return both / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - both);
    }

    /// <summary>Asserts that one of the faces is in this place, at least so far.</summary>
    public static void AssertFinds(IEnumerable<DetectedFace> faces, Box place, double overlap) =>
        Assert.Contains(faces, face => face.Box.Overlap(place) >= overlap);
}
