using FaceDeid.Benchmarks.Measuring;

using FaceDeid.Evaluation;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>How many people attackers still recognise.</summary>
internal sealed class PrivacyTable : IDisposable
{
    private const double FalseAccepts = 0.001;

    private readonly Table _table = new(
        "method", "embedding, same photo (95 %)", "embedding, another photo (95 %)", "Eigenfaces, same", "Eigenfaces, another", "LBPH, same", "LBPH, another",
        $"TAR at FAR {100 * FalseAccepts:0.0} %");

    private readonly IReadOnlyList<Person> _people;
    private readonly IAttacker[] _attackers;
    private readonly double _threshold;

    public PrivacyTable(IReadOnlyList<Person> people)
    {
        Likeness[] same = [.. people.Select(person => person.Subject)];
        Likeness[] another = [.. people.Select(person => person.Other)];
        _people = people;
        _threshold = Threshold(same, another);
        _attackers =
        [
            new EmbeddingAttacker(same), new EmbeddingAttacker(another),
            PixelAttacker.Eigenfaces(same), PixelAttacker.Eigenfaces(another),
            PixelAttacker.Lbph(same), PixelAttacker.Lbph(another),
        ];
    }

    public void Add(string name, IReadOnlyList<Outcome> outcomes)
    {
        var recognised = _attackers.Select(attacker => Share.Where([.. outcomes.Index()], outcome => attacker.Guess(outcome.Item.Face) == outcome.Index)).ToArray();
        var accepted = Share.Where(
            [.. _people.Zip(outcomes)], pair => pair.Second.Face.Embedding.SimilarityTo(pair.First.Other.Embedding) > _threshold);
        _table.Add([name, .. recognised[..2].Select(share => share.WithInterval()), .. recognised[2..].Select(share => $"{share}"), $"{accepted}"]);
    }

    public void Print() => _table.Print(
        $"privacy: people recognised at rank 1, {_people.Count} people, galleries of {_people.Count}, chance {new Share(1, _people.Count)}; TAR: another photo, similarity above {_threshold:0.000}");

    public void Dispose()
    {
        foreach (var attacker in _attackers.OfType<IDisposable>())
            attacker.Dispose();
    }

    /// <summary>The similarity above which at most so many of the pairs of different people lie, all of them untouched.</summary>
    private static double Threshold(Likeness[] subjects, Likeness[] others)
    {
        var different = subjects.Index()
            .SelectMany(subject => others.Index()
                .Where(other => other.Index != subject.Index)
                .Select(other => subject.Item.Embedding.SimilarityTo(other.Item.Embedding)))
            .OrderDescending()
            .ToArray();
        return different[(int)(FalseAccepts * different.Length)];
    }
}
