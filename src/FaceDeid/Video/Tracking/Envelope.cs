namespace FaceDeid.Video.Tracking;

/// <summary>
/// The boxes to cover: each as large as the largest of its neighbours in time, so that a turned or badly boxed face stays
/// inside and nothing flickers. Where the face was not detected for longer, a circle: it may have turned.
/// </summary>
internal static class Envelope
{
    private const int Near = 3; // frames before and after
    private const int Wide = 25;

    /// <summary>The track with larger boxes.</summary>
    public static Track Around(Track track)
    {
        var (first, length) = (track.First, track.Last - track.First + 1);
        var (width, height, detected) = (new double[length], new double[length], new double[length]);
        foreach (var place in track.Places)
        {
            var i = place.Frame - first;
            var longer = Math.Max(place.Box.Width, place.Box.Height);
            (width[i], height[i]) = (Math.Max(width[i], place.Box.Width), Math.Max(height[i], place.Box.Height));
            if (place.Kind == PlaceKind.Detected)
                detected[i] = Math.Max(detected[i], longer);
        }

        return track with { Places = [.. track.Places.Select(Grown)] };

        FacePlace Grown(FacePlace place)
        {
            var i = place.Frame - first;
            var box = place.Box;
            var (w, h) = (Largest(width, i, Near), Largest(height, i, Near));
            if (place.Kind == PlaceKind.Uncertain)
                w = h = Math.Max(w, h); // of all its places: whichever it is at, it may have the others' size
            else if (place.Kind == PlaceKind.Tail || Largest(detected, i, Near) == 0)
                w = h = Math.Max(Math.Max(w, h), Largest(detected, i, Wide));
            return place with { Box = FaceBox.Around(box.CentreX, box.CentreY, w, h) };
        }
    }

    private static double Largest(double[] sizes, int at, int around)
    {
        var from = Math.Max(0, at - around);
        return System.Numerics.Tensors.TensorPrimitives.Max<double>(
            sizes.AsSpan(from, Math.Min(sizes.Length, at + around + 1) - from));
    }
}
