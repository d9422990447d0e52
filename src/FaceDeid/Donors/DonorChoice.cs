using System.Security.Cryptography;
using System.Text;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Donors;

/// <summary>Which donors a subject gets.</summary>
internal static class DonorChoice
{
    private const int Mixed = 3; // donors that are averaged
    private const int Cells = 8; // kinds of subjects that a pseudonym key tells apart

    /// <summary>The donors furthest from the subject in the embedding's space.</summary>
    /// <param name="library">The donors.</param>
    /// <param name="subject">Who is to be replaced.</param>
    /// <param name="attempt">0, or how many times the furthest were tried in vain: then the next ones are taken.</param>
    public static IReadOnlyList<Donor> Furthest(DonorLibrary library, FaceEmbedding subject, int attempt)
    {
        var last = Math.Max(0, library.Donors.Count - Mixed);
        return [.. library.Donors.OrderBy(donor => donor.Embedding.SimilarityTo(subject))
            .Skip(Math.Min(attempt * Mixed, last)).Take(Mixed)];
    }

    /// <summary>
    /// Donors that are the same for one person in all calls with one key: the subject's place in the embedding's space, coarse
    /// enough to be the same in other photos, decides together with the key. Without the key nobody can tell which donors those
    /// are.
    /// </summary>
    public static IReadOnlyList<Donor> Keyed(DonorLibrary library, FaceEmbedding subject, string key, int attempt)
    {
        var anchors = Anchors(library);
        var cell = Enumerable.Range(0, anchors.Count).MaxBy(i => anchors[i].Embedding.SimilarityTo(subject));
        var far = library.Donors.OrderBy(donor => donor.Embedding.SimilarityTo(anchors[cell].Embedding))
            .Take((library.Donors.Count + 1) / 2).ToList();
        var stream = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), source: new[] { (byte)cell, (byte)attempt });
        var chosen = new List<Donor>();
        for (var i = 0; i < Mixed && far.Count > 0; i++)
        {
            var at = BitConverter.ToUInt32(stream, 4 * i) % (uint)far.Count;
            chosen.Add(far[(int)at]);
            far.RemoveAt((int)at);
        }

        return chosen;
    }

    // Far from each other, so that one person's photos seldom fall on two sides of a border.
    private static List<Donor> Anchors(DonorLibrary library)
    {
        var anchors = new List<Donor> { library.Donors[0] };
        while (anchors.Count < Math.Min(Cells, library.Donors.Count))
            anchors.Add(library.Donors.MinBy(donor => anchors.Max(anchor => anchor.Embedding.SimilarityTo(donor.Embedding)))!);
        return anchors;
    }
}
