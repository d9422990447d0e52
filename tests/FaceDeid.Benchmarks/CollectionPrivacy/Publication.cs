using FaceDeid.KSame;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>A chip, looked at once however many people share it.</summary>
/// <param name="View">What can be seen in it.</param>
/// <param name="People">Whose it is.</param>
internal sealed record PublishedChip(ChipView View, IReadOnlyList<int> People);

/// <summary>The chips of a collection.</summary>
/// <param name="Chips">The different ones.</param>
/// <param name="Bound">What the certificate promises; 1: nothing.</param>
internal sealed record Publication(IReadOnlyList<PublishedChip> Chips, double Bound)
{
    /// <summary>The chips that come out of the service.</summary>
    public static async Task<Publication> OfAsync(CollectionRun run, CollectionOptions options, ChipViewer viewer, bool withExpressions)
    {
        var result = await run.CompleteAsync(options, subjects: null, progress: null, CancellationToken.None);
        var files = result.Files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);
        CertificateMember[][] chips =
        [
            .. result.Certificate.Groups.SelectMany(group => group.Members)
                .GroupBy(member => member.ChipSha256!, StringComparer.Ordinal)
                .Select(members => members.ToArray()),
        ];
        return new Publication(
            AllProcessors.Map(
                chips, members => new PublishedChip(viewer.Look(files[members[0].Chip!], withExpressions), [.. members.Select(member => member.Index)])),
            result.Certificate.Bound!.Value);
    }

    /// <summary>The aligned faces as they are.</summary>
    public static Publication Untouched(IReadOnlyList<MemberPicture> pictures, ChipViewer viewer, bool withExpressions) => new(
        AllProcessors.Map([.. pictures.Index()], picture =>
        {
            using var chip = ChipFrame.View(picture.Item.Chip.Pixels);
            return new PublishedChip(viewer.Look(chip, withExpressions), [picture.Index]);
        }),
        Bound: 1);
}
