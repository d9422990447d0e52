using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using Xunit;

namespace FaceDeid.Tests;

internal static class FoundBoxes
{
    /// <summary>Asserts that one of the faces is in this place, at least so far.</summary>
    public static void AssertFinds(IEnumerable<FoundFace> faces, Box place, double overlap) =>
        Assert.Contains(faces, face => face.Box.Overlap(place) >= overlap);
}
