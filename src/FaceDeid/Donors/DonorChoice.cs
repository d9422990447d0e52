using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Donors;

/// <summary>What a donor is chosen for.</summary>
/// <param name="Measures">How the subject looks.</param>
/// <param name="Who">Of what kind the subject is.</param>
/// <param name="Expression">What the subject expresses.</param>
/// <param name="Embedding">Who it is; null: nobody needs to know, and any donor is far enough.</param>
internal sealed record Wanted(FaceMeasures Measures, AgeAndSex Who, FacialExpression Expression, FaceEmbedding? Embedding);

/// <summary>
/// Which donors a subject may get: those of its kind that look and do most like it, in an order that is chance. A choice that is
/// a function of who it is could be read backwards.
/// </summary>
/// <param name="library">The donors.</param>
/// <param name="chance">Draws a number from 0 up to, without it, another: cryptographic but in tests.</param>
internal sealed class DonorChoice(DonorLibrary library, Func<int, int> chance)
{
    // Of those that fit about as well as the best one, so many: few would tell who was replaced, many would not fit.
    private const int Fewest = 12;
    private const int Most = 64;
    private const double AboutAsWell = 30;
    private const int Cells = 8; // of people, that a key tells apart

    // Cosine similarity to the subject. Below, a donor is of quite another kind; above, it may be the subject's double. Children
    // are all alike to the network.
    private const double Near = 0.1;
    private const double Far = 0.2;
    private const double FarOfChildren = 0.6;

    private const double Worn = 1.15; // of the donor's age: a worn face looks younger by so much
    private const double Unlike = 240; // cost of an expression that has nothing in common
    private const double Unsure = 0.05; // from one half: a face that tells no sex

    private readonly Lazy<List<Donor>> _anchors = new(() => Anchors(library.Donors));

    /// <summary>Donors that fit, each of another seed, in the order in which they are to be tried.</summary>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="key">Makes the order the same for one person's photos, not to be foretold without it; null: chance.</param>
    /// <param name="fewest">How many, where there are so many: a crowd of one kind needs more, and they fit less.</param>
    public IReadOnlyList<Donor> Candidates(Wanted wanted, string? key = null, int fewest = Fewest)
    {
        if (key is not null && wanted.Embedding is { } subject)
        {
            var cell = CellOf(subject);
            return [.. OfOneSeedEach(donor => CostOfLooks(donor, wanted), donor => CostOfDoing(donor, wanted))
                .OrderBy(donor => Keyed(key, cell, donor.Seed))];
        }

        var donors = OfOneSeedEach(donor => CostOfLooks(donor, wanted) + CostOfDoing(donor, wanted), _ => 0);
        for (var i = donors.Count - 1; i > 0; i--) // Fisher and Yates
        {
            var other = chance(i + 1);
            (donors[i], donors[other]) = (donors[other], donors[i]);
        }

        return donors;

        // Of a donor and its mirror image, the one that is better beside.
        List<Donor> OfOneSeedEach(Func<Donor, double> cost, Func<Donor, double> beside)
        {
            var best = OfKind(wanted).Select(donor => (Donor: donor, Cost: cost(donor)))
                .OrderBy(d => d.Cost).ThenBy(d => beside(d.Donor)).DistinctBy(d => d.Donor.Seed).Take(Most).ToList();
            return [.. best.Where((d, i) => i < Math.Max(fewest, Fewest) || d.Cost <= best[0].Cost + AboutAsWell)
                .Select(d => d.Donor)];
        }
    }

    /// <summary>The means of all people of the subject's kind, those that do most like it first.</summary>
    public IReadOnlyList<Donor> Averages(Wanted wanted) =>
        [.. OfKind(library.Averages, wanted.Who).OrderBy(donor => CostOfDoing(donor, wanted))];

    // All of the subject's kind but its doubles.
    private List<Donor> OfKind(Wanted wanted)
    {
        var ofKind = OfKind(library.Donors, wanted.Who);
        if (wanted.Embedding is not { } subject)
            return ofKind;
        var bar = wanted.Who.IsChild ? FarOfChildren : Far;
        var far = ofKind.FindAll(donor => donor.Embedding.SimilarityTo(subject) <= bar);
        return far.Count > 0 ? far : [.. ofKind.OrderBy(donor => donor.Embedding.SimilarityTo(subject)).Take(Fewest)];
    }

    // A library of an operator's pictures may have none of a kind.
    private static List<Donor> OfKind(IReadOnlyList<Donor> donors, AgeAndSex who)
    {
        var ofKind = donors.Where(donor => donor.Who.IsChild == who.IsChild && !IsOfOtherSex(donor, who)).ToList();
        return ofKind.Count > 0 ? ofKind : [.. donors];
    }

    /// <summary>How little a donor looks like the subject; 0 is best.</summary>
    private static double CostOfLooks(Donor donor, Wanted wanted)
    {
        var (d, m, who) = (donor.Measures, wanted.Measures, wanted.Who);
        var similarity = wanted.Embedding is { } subject ? donor.Embedding.SimilarityTo(subject) : Near;
        var lightness = Math.Abs(d.Skin.Tone.Item0 - m.Skin.Tone.Item0);
        return Square(Math.Max(0, Near - similarity), 0.10)
            + Math.Min(100, 12 * Square(donor.Who.Age - (who.Age * Worn), 4 + (0.12 * who.Age)))
            + Square(lightness, 6) + (lightness > 14 ? 12 : 0)
            + Square(d.Skin.Tone.Item1 - m.Skin.Tone.Item1, 7) + Square(d.Skin.Tone.Item2 - m.Skin.Tone.Item2, 7)
            + Square(d.Beard - m.Beard, 6) + Square(d.Moustache - m.Moustache, 7) + Square(d.Brows - m.Brows, 6);
    }

    /// <summary>How little a donor does what the subject does, and in the same light; 0 is best.</summary>
    private static double CostOfDoing(Donor donor, Wanted wanted)
    {
        var (d, m) = (donor.Measures, wanted.Measures);
        return Square(d.Yaw - m.Yaw, 0.12) + Square(d.Pitch - m.Pitch, 0.06)
            + Square(d.Mouth - m.Mouth, 0.07) + Square(d.Smile - m.Smile, 0.05) + Square(d.Eyes - m.Eyes, 0.08)
            + (Unlike * (1 - donor.Expression.LikenessTo(wanted.Expression)))
            + (Square(d.Light - m.Light, 12) / 2)
            + Square(Math.Max(0, d.Skin.Spread.Item0 - Math.Max(m.Skin.Spread.Item0, 9)), 3);
    }

    // Children's faces do not tell, and a network that is not sure says nothing.
    private static bool IsOfOtherSex(Donor donor, AgeAndSex who) => !donor.Who.IsChild
        && Math.Abs(who.Male - 0.5) > Unsure && donor.Who.IsMale != who.IsMale;

    private static double Square(double difference, double scale) => difference / scale * (difference / scale);

    private static ulong Keyed(string key, int cell, int seed)
    {
        Span<byte> message = stackalloc byte[5];
        message[0] = (byte)cell;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], seed);
        return BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), message));
    }

    private int CellOf(FaceEmbedding subject) =>
        _anchors.Value.Index().MaxBy(anchor => anchor.Item.Embedding.SimilarityTo(subject)).Index;

    // People far from each other, so that one person's photos seldom fall on two sides of a border.
    private static List<Donor> Anchors(IReadOnlyList<Donor> donors)
    {
        var anchors = new List<Donor> { donors[0] };
        while (anchors.Count < Math.Min(Cells, donors.Count))
            anchors.Add(donors.MinBy(donor => anchors.Max(anchor => anchor.Embedding.SimilarityTo(donor.Embedding)))!);
        return anchors;
    }
}
