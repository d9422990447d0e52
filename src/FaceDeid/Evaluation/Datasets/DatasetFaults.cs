using System.Globalization;

namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// Everything that is wrong with a dataset, by folder and number: names of files are often names of people, and are not repeated.
/// </summary>
public sealed class DatasetFaults
{
    /// <summary>The folder of the originals.</summary>
    public const string Originals = "originals";

    /// <summary>The folder of other photos.</summary>
    public const string Gallery = "gallery";

    /// <summary>The folder of other photos that were de-identified.</summary>
    public const string TreatedGallery = "gallery-deidentified";

    private const int MaxListed = 100;
    private const int MaxNamed = 5;

    private readonly Dictionary<(string Part, int Number), string> _reasons = [];
    private readonly List<string> _parts = [];

    /// <summary>The faults, by part in the order in which these were first at fault, then by number.</summary>
    public IReadOnlyList<SkippedPart> All => [.. _reasons.OrderBy(fault => _parts.IndexOf(fault.Key.Part))
        .ThenBy(fault => fault.Key.Number).Select(fault => new SkippedPart(fault.Key.Part, fault.Key.Number, fault.Value))];

    /// <summary>A fault of a folder or file as a whole; the reason is a sentence without its subject.</summary>
    public void Add(string part, string reason) => Add(part, number: 0, reason);

    /// <summary>
    /// A fault of a folder's picture or a table's line; the reason is a sentence without its subject. May be called from several
    /// threads.
    /// </summary>
    public void Add(string part, int number, string reason)
    {
        lock (_reasons)
        {
            if (!_parts.Contains(part, StringComparer.Ordinal))
                _parts.Add(part);
            _reasons[(part, number)] =
                _reasons.TryGetValue((part, number), out var before) ? $"{before} It also {reason}" : reason;
        }
    }

    /// <summary>Refuses the dataset with everything that was noted.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.BadDataset"/>: there are faults.</exception>
    public void ThrowIfAny()
    {
        if (_reasons.Count == 0)
            return;
        var listed = All.Take(MaxListed).ToDictionary(Name, fault => fault.Reason, StringComparer.Ordinal);
        var named = string.Join(", ", listed.Keys.Take(MaxNamed));
        var further = _reasons.Count > MaxNamed ? $" and {_reasons.Count - MaxNamed} more" : string.Empty;
        var cut = _reasons.Count > MaxListed ? $" of the first {MaxListed}" : string.Empty;
        throw FaceDeidException.OfDataset(
            $"The dataset has {_reasons.Count} fault(s): {named}{further}; 'errors' has the reason{cut}. Pictures of a folder "
            + "are counted by path from 1, and lines of subjects.csv from 1, its header.",
            listed);
    }

    private static string Name(SkippedPart fault) =>
        fault.Row == 0 ? fault.Part : string.Create(CultureInfo.InvariantCulture, $"{fault.Part}/{fault.Row}");
}
