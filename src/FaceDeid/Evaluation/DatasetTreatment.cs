using FaceDeid.Collections;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Imaging;
using FaceDeid.Protection;

namespace FaceDeid.Evaluation;

/// <summary>De-identifies what a dataset holds untouched: each picture by itself, or all together.</summary>
internal sealed class DatasetTreatment(EvaluationOptions options, DeidentificationPipeline deidentification, CollectionPipeline collections)
{
    private const int Together = 16; // pictures that are examined side by side

    private static readonly ImageOutput Png = new(ImageFormat.Png);

    /// <summary>Whether anything is de-identified here.</summary>
    public bool IsAsked => options.Method is not null || options.Algorithm is not null;

    /// <summary>De-identifies some pictures.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="people">Who is in each.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    /// <returns>What makes the de-identified picture of one of them from its bytes.</returns>
    public async Task<Treated> OfAsync(IReadOnlyList<DatasetFile> files, IReadOnlyList<int> people, CancellationToken cancellationToken)
    {
        if (options.Algorithm is not { } algorithm)
        {
            return new Treated(
                async (_, original) => (await deidentification.DeidentifyAsync(original, options.Method!, Png, cancellationToken)).Picture, Bound: null);
        }

        var run = collections.Begin();
        foreach (var together in files.Chunk(Together))
        {
            var read = await Task.WhenAll(together.Select(file => file.ReadAsync(cancellationToken)));
            // In their order.
            await Task.WhenAll(read.Select(file =>
                run.AddAsync(file, new PictureUse(File: false, EveryFace: false, options.OnDamage), cancellationToken)));
        }

        var subjects = people.Select(person => new PictureSubject($"{person}")).ToList();
        var collection = await run.CompleteAsync(algorithm with { OnBadImage = BadImagePolicy.Skip }, subjects, progress: null, cancellationToken);
        var chips = collection.Files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);
        var byIndex = collection.Certificate.Groups.SelectMany(group => group.Members).ToDictionary(member => member.Index, member => chips[member.Chip!]);
        var skipped = collection.Certificate.Skipped.ToDictionary(picture => picture.Index);
        return new Treated(
            (index, _) => Task.FromResult(byIndex.TryGetValue(index, out var chip) ? chip : throw new FaceDeidException(FaceDeidError.NoFace, skipped[index].Detail)),
            collection.Certificate.Bound?.Value);
    }
}

/// <summary>De-identified pictures.</summary>
/// <param name="OfAsync">The picture of a place in the list, whose original's bytes are given.</param>
/// <param name="Bound">What their certificate promises; null: there is none.</param>
internal sealed record Treated(Func<int, byte[], Task<byte[]>> OfAsync, double? Bound);
