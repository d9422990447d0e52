namespace FaceDeid.Evaluation;

/// <summary>What is wrong with a dataset, by folder and number: names of files are often names of people, and are not repeated.</summary>
internal sealed class DatasetFaults
{
    public const string Originals = "originals";
    public const string Gallery = "gallery";
    public const string TreatedGallery = "gallery-deidentified";

    private const int MostTold = 100;

    private readonly List<SkippedPart> _faults = [];

    public IReadOnlyList<SkippedPart> All => [.. _faults.OrderBy(fault => fault.Part, StringComparer.Ordinal).ThenBy(fault => fault.Row)];

    /// <summary>Notes a fault; may be called from several threads.</summary>
    public void Add(string part, int number, string reason)
    {
        lock (_faults)
            _faults.Add(new SkippedPart(part, number, reason));
    }

    /// <summary>Refuses the dataset with all that was noted.</summary>
    /// <exception cref="FaceDeidException"><see cref="ErrorCode.BadDataset"/>: there are faults.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count == 0)
            return;
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fault in All)
        {
            var key = $"{fault.Part}/{fault.Row}";
            if (told.Count == MostTold && !told.ContainsKey(key))
                break;
            told[key] = told.TryGetValue(key, out var other) ? $"{other} {fault.Reason}" : fault.Reason;
        }

        throw FaceDeidException.OfDataset(
            $"{_faults.Count} parts of the dataset cannot be used: 'errors' says why of each ({told.Count} are listed), by folder and row. Rows are counted from 1 in the order of the files' "
            + "paths; with subjects.csv, a row is its line. Mend them, or leave them out with onBadImage=skip where it is the pictures that are wrong.",
            told);
    }
}
