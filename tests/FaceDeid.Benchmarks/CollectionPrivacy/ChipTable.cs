using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Privacy;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>How many people attackers name rightly by chips, and what else can be seen in these.</summary>
internal sealed class ChipTable : IDisposable
{
    private static readonly Func<IReadOnlyList<Likeness>, IAttacker>[] Recognisers =
        [PixelAttacker.Eigenfaces, PixelAttacker.Lbph, gallery => new EmbeddingAttacker(gallery)];

    private readonly Table _table = new(
        "k", "algorithm", "bound", "naive", "same photo", "reverse", "parrot", "chips", "HOG finds", "UltraFace finds", "expression kept", "kept, in its place");

    private readonly IReadOnlyList<Member> _members;
    private readonly Publication _untouched;
    private readonly Dictionary<int, ChipView> _before;
    private readonly IAttacker[] _naive;
    private readonly IAttacker[] _same;
    private double _worst;

    /// <summary>Teaches the attackers who have photos.</summary>
    /// <param name="members">Everybody.</param>
    /// <param name="untouched">The aligned faces before anything is done.</param>
    public ChipTable(IReadOnlyList<Member> members, Publication untouched)
    {
        _members = members;
        _untouched = untouched;
        _before = untouched.Chips.ToDictionary(chip => chip.People[0], chip => chip.View);
        _naive = Array.ConvertAll(Recognisers, learn => learn([.. members.Select(member => member.Other.Likeness)]));
        _same = Array.ConvertAll(Recognisers, learn => learn([.. members.Select(member => member.Subject.Likeness)]));
    }

    public void Add(string k, string algorithm, Publication chips, Publication others)
    {
        double[][] attacks =
        [
            Array.ConvertAll(_naive, attacker => Named(attacker, chips)),
            Array.ConvertAll(_same, attacker => Named(attacker, chips)),
            Array.ConvertAll(Recognisers, learn => Reversed(learn, chips)),
            Array.ConvertAll(Recognisers, learn => Parroted(learn, chips, others)),
        ];
        if (chips != _untouched)
            _worst = Math.Max(_worst, attacks.Max(shares => shares.Max()) / chips.Bound);
        _table.Add(
        [
            k, algorithm, Percent(chips.Bound),
            .. attacks.Select(shares => string.Join(" / ", shares.Select(Percent))),
            $"{chips.Chips.Count}",
            ShareWhere(chips, (view, _) => view.Hog),
            ShareWhere(chips, (view, _) => view.UltraFace),
            .. chips.Chips[0].View.Expression is null
                ? ["-", "-"]
                : new[]
                {
                    ShareWhere(chips, (view, before) => view.Expression!.WhereFound == before.Expression!.WhereFound),
                    ShareWhere(chips, (view, before) => view.Expression!.InPlace == before.Expression!.InPlace),
                },
        ]);
    }

    public void Print()
    {
        _table.Print(
            $"privacy of chips: people named rightly at rank 1 in %, by Eigenfaces / LBPH / embedding, {_members.Count} people, chance {Percent(1.0 / _members.Count)}");
        Console.WriteLine($"\n{Format.Aim(_worst <= 1, "no attack names more people than the bound")} (the best one: {_worst:0.00} of it)");
    }

    public void Dispose()
    {
        foreach (var attacker in _naive.Concat(_same).OfType<IDisposable>())
            attacker.Dispose();
    }

    /// <summary>A gallery of photos, and for each chip the name of the nearest: right for one of those who share the chip, at most.</summary>
    private double Named(IAttacker attacker, Publication chips) =>
        chips.Chips.Count(chip => chip.People.Contains(attacker.Guess(chip.View.Face))) / (double)_members.Count;

    /// <summary>A gallery of chips, and for each photo the nearest: among those who share that chip the attacker must guess.</summary>
    private double Reversed(Func<IReadOnlyList<Likeness>, IAttacker> learn, Publication chips) => With(learn, chips, attacker =>
        _members.Index().Sum(member => PartOf(chips.Chips[attacker.Guess(member.Item.Subject.Likeness)].People, [member.Index])) / _members.Count);

    /// <summary>A gallery of chips whose names are known, treated as those that are attacked.</summary>
    private double Parroted(Func<IReadOnlyList<Likeness>, IAttacker> learn, Publication chips, Publication others) => With(learn, others, attacker =>
        chips.Chips.Sum(chip => PartOf(others.Chips[attacker.Guess(chip.View.Face)].People, chip.People)) / _members.Count);

    private static double PartOf(IReadOnlyList<int> guesses, IReadOnlyList<int> right) => guesses.Intersect(right).Count() / (double)guesses.Count;

    private static double With(Func<IReadOnlyList<Likeness>, IAttacker> learn, Publication gallery, Func<IAttacker, double> attack)
    {
        var attacker = learn([.. gallery.Chips.Select(chip => chip.View.Face)]);
        using var _ = attacker as IDisposable;
        return attack(attacker);
    }

    private string ShareWhere(Publication chips, Func<ChipView, ChipView, bool> holds) =>
        Percent(chips.Chips.Sum(chip => chip.People.Count(person => holds(chip.View, _before[person]))) / (double)_members.Count);

    private static string Percent(double share) => $"{100 * share:0.0}";
}
