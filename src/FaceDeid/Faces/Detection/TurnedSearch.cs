using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// Looks for faces that lie on their side, are tilted or upside down: turns the picture, which no detector does by itself.
/// </summary>
/// <param name="MaxSide">Longest side in pixels of the pictures that are turned; larger ones are reduced first.</param>
/// <param name="Rolls">Degrees clockwise by which a face is turned.</param>
internal sealed record TurnedSearch(int MaxSide, IReadOnlyList<int> Rolls)
{
    /// <summary>For faces of a thirtieth of the picture's side and more, which lie or stand on their head.</summary>
    public static readonly TurnedSearch Coarse = new(MaxSide: 320, [90, -90, 180]);

    /// <summary>For all faces; five searches of a picture of 50 megapixels as it is would take half a minute.</summary>
    public static readonly TurnedSearch Thorough = new(MaxSide: 2560, [30, -30, 90, -90, 180]);

    /// <summary>
    /// The faces that <paramref name="search"/> finds in the turned pictures, as upright boxes around the same centres.
    /// </summary>
    public IEnumerable<FoundFace> Find(SearchImage image, Func<SearchImage, double, IEnumerable<FoundFace>> search)
    {
        var scale = Math.Max(1.0, Math.Max(image.Width, image.Height) / (double)MaxSide);
        using var reduced = scale > 1 ? image.Reduced(MaxSide) : null;
        var source = (reduced ?? image).Bgr;
        foreach (var roll in Rolls)
        {
            var (cos, sin) = (Math.Abs(Math.Cos(roll * Math.PI / 180)), Math.Abs(Math.Sin(roll * Math.PI / 180)));
            var size = new Size(
                (int)Math.Round((source.Width * cos) + (source.Height * sin)),
                (int)Math.Round((source.Width * sin) + (source.Height * cos)));
            var turn = new Turn(
                -roll, new Point2d(source.Width / 2.0, source.Height / 2.0), new Point2d(size.Width / 2.0, size.Height / 2.0));
            using var turned = new SearchImage(turn.Apply(source, size));
            foreach (var face in search(turned, scale))
                yield return Back(turn, face, roll, scale);
        }
    }

    /// <summary>
    /// The face keeps its centre and its size: a box around the corners of the turned box would be far too large.
    /// </summary>
    private static FoundFace Back(Turn turn, FoundFace face, int roll, double scale)
    {
        var (box, landmarks) = (face.Box, face.LandmarkBox);
        var centre = turn.Back(box.CentreX(), box.CentreY());
        var (width, height) = Math.Abs(roll) == 90 ? (box.Height, box.Width) : (box.Width, box.Height);
        var (right, down) = (landmarks.CentreX() - box.CentreX(), landmarks.CentreY() - box.CentreY());
        return face with
        {
            Roll = roll,
            Box = Boxes.Around(centre.X, centre.Y, width, height).Scaled(scale),
            LandmarkBox = Boxes.Around(centre.X + right, centre.Y + down, landmarks.Width, landmarks.Height).Scaled(scale),
        };
    }
}
