using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Privacy;

using FaceDeid.Evaluation;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>How many people attackers still recognise in a collection's photos, for which nothing is promised.</summary>
internal sealed class PhotoTable : IDisposable
{
    private readonly Table _table;
    private readonly IReadOnlyList<Member> _members;
    private readonly IAttacker[] _attackers;

    public PhotoTable(IReadOnlyList<Member> members)
    {
        Likeness[] same = [.. members.Select(member => member.Subject.Likeness)];
        Likeness[] another = [.. members.Select(member => member.Other.Likeness)];
        _members = members;
        _attackers =
        [
            new EmbeddingAttacker(same), new EmbeddingAttacker(another),
            PixelAttacker.Eigenfaces(same), PixelAttacker.Eigenfaces(another),
            PixelAttacker.Lbph(same), PixelAttacker.Lbph(another),
        ];
        _table = new Table(
            "algorithm", "embedding, same photo (95 %)", "embedding, another photo (95 %)", "Eigenfaces, same", "Eigenfaces, another", "LBPH, same", "LBPH, another",
            "similarity, mean", $"HOG finds (of {members.Count(member => member.Subject.Hog)})", "the group's face");
    }

    public void Add(string algorithm, PhotoView[] photos)
    {
        var recognised = _attackers.Select(attacker => Share.Where([.. photos.Index()], photo => attacker.Guess(photo.Item.Face) == photo.Index)).ToArray();
        _table.Add(
        [
            algorithm,
            .. recognised[..2].Select(share => share.WithInterval()),
            .. recognised[2..].Select(share => $"{share}"),
            $"{_members.Zip(photos, (member, photo) => photo.Face.Embedding.SimilarityTo(member.Subject.Likeness.Embedding)).Average():0.000}",
            $"{Share.Where([.. _members.Zip(photos).Where(pair => pair.First.Subject.Hog)], pair => pair.Second.Hog)}",
            $"{Share.Where(photos, photo => photo.IsGroups)}",
        ]);
    }

    public void Print(int k) => _table.Print(
        $"privacy of photos: people recognised at rank 1, k = {k}, {_members.Count} people, galleries of {_members.Count}, chance {new Share(1, _members.Count)}");

    public void Dispose()
    {
        foreach (var attacker in _attackers.OfType<IDisposable>())
            attacker.Dispose();
    }
}
