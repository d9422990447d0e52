namespace FaceDeid.Video.Tracking;

/// <summary>The search of some places of a frame.</summary>
internal static class PlaceSearch
{
    private const int PlacePixels = 160 * 160; // that are looked at for one place: more than the frame's are a search of all

    /// <summary>
    /// What may be a face in squares of three sides around places, looked at side by side; more where that is less work.
    /// </summary>
    /// <param name="search">The frame's.</param>
    /// <param name="places">Where to look.</param>
    /// <param name="frame">Size of the frame.</param>
    /// <param name="gate">Where places are looked at side by side; null: one after the other.</param>
    public static IEnumerable<Sighting> Of(
        IFrameSearch search, IReadOnlyList<FaceBox> places, ImageSize frame, WorkerGate? gate) =>
        places.Count > (long)frame.Width * frame.Height / PlacePixels ? search.Everywhere(SearchExtent.Full)
        : gate is null ? places.SelectMany(search.Near)
        : gate.Map(places, search.Near).SelectMany(seen => seen);
}
