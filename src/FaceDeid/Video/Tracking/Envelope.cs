namespace FaceDeid.Video.Tracking;

/// <summary>
/// The boxes to cover: each as large as the largest of its neighbours in time, so that a turned or badly boxed face stays
/// inside and nothing flickers. The longer ago a face was detected, the more it becomes a circle of the largest side that was
/// near.
/// </summary>
internal static class Envelope
{
    private const int Near = 3; // frames before and after
    private const int Wide = 25;
    private const double Growing = 6; // frames in which the box becomes a circle

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
            if (place.Kind is PlaceKind.Detected or PlaceKind.Given)
                detected[i] = Math.Max(detected[i], longer);
        }

        var age = Age(detected);
        return track with { Places = [.. track.Places.Select(Grown)] };

        FacePlace Grown(FacePlace place)
        {
            var i = place.Frame - first;
            var box = place.Box;
            var (w, h) = (Largest(width, i, Near), Largest(height, i, Near));
            if (place.Kind == PlaceKind.Uncertain)
                w = h = Math.Max(w, h); // of all its places: whichever it is at, it may have the others' size
            var circle = Math.Max(Math.Max(w, h), Largest(detected, i, Wide));
            // At its ends a track's face turns, or comes and goes: there it is known least.
            var since = place.Kind == PlaceKind.Tail ? age[i] + Near : age[i];
            var share = Math.Clamp((since - Near) / Growing, 0, 1);
            (w, h) = (w + (share * (circle - w)), h + (share * (circle - h)));
            return place with { Box = FaceBox.Around(box.CentreX, box.CentreY, w, h) };
        }
    }

    /// <summary>How many frames the nearest one is away in which the face was detected.</summary>
    private static int[] Age(double[] detected)
    {
        var age = new int[detected.Length];
        for (var (i, last) = (0, -Wide); i < age.Length; i++)
        {
            last = detected[i] > 0 ? i : last;
            age[i] = i - last;
        }

        for (var (i, next) = (age.Length - 1, age.Length + Wide); i >= 0; i--)
        {
            next = detected[i] > 0 ? i : next;
            age[i] = Math.Min(age[i], next - i);
        }

        return age;
    }

    private static double Largest(double[] sizes, int at, int around)
    {
        var from = Math.Max(0, at - around);
        return System.Numerics.Tensors.TensorPrimitives.Max<double>(
            sizes.AsSpan(from, Math.Min(sizes.Length, at + around + 1) - from));
    }
}
