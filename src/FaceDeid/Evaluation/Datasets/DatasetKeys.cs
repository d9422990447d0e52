namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// A dataset whose pictures belong together by their names, or by its certificate; who is in them their folders say, or a table
/// of files.
/// </summary>
internal sealed class DatasetKeys
{
    private readonly DatasetFolders _folders;
    private readonly DatasetFaults _faults;
    private readonly Dictionary<DatasetPicture, DatasetLine>? _lines; // null: there is no table

    public DatasetKeys(DatasetFolders folders, DatasetTable? table, DatasetFaults faults)
    {
        (_folders, _faults) = (folders, faults);
        if (table is null)
            return;
        _lines = [];
        foreach (var line in table.Lines)
            Note(line);
    }

    public async Task<EvaluationDataset> ReadAsync(
        byte[]? certificate, CertificatePairs? pairing, bool isMadeHere, CancellationToken cancellationToken)
    {
        _folders.Gallery.RefuseTwins(_faults);
        _folders.TreatedGallery.RefuseTwins(_faults);
        IReadOnlyDictionary<DatasetPicture, DatasetPicture>? pairs = null;
        if (pairing is not null)
            pairs = await pairing.FindAsync(_folders, _faults, cancellationToken);
        else if (!isMadeHere)
            pairs = ByKey();
        else
            _folders.Originals.RefuseTwins(_faults);
        RefuseStrangers(pairs);

        return new EvaluationDataset(
            [.. _folders.Originals.Pictures.Select(Row)],
            [.. _folders.Gallery.Pictures.Select(OfGallery)],
            [.. _folders.TreatedGallery.Pictures.Select(OfTreatedGallery)],
            certificate);

        EvaluationRow Row(DatasetPicture original)
        {
            var (part, number, subject) = Who(_folders.Originals, original, _lines?.GetValueOrDefault(original));
            return new EvaluationRow(number, subject, original.File, pairs?.GetValueOrDefault(original)?.File, part);
        }
    }

    private void Note(DatasetLine line)
    {
        var (isFound, isNew) = (false, true);
        foreach (var folder in _folders.All)
        {
            if (_folders.Find(folder, line.File) is not { } picture)
                continue;
            isFound = true;
            isNew &= _lines!.TryAdd(picture, line);
        }

        if (!isFound)
        {
            _faults.Add(
                DatasetFolders.TableName, line.Number,
                "is about a file that is not there: name it by its path, and letters count as they stand.");
        }
        else if (!isNew)
        {
            _faults.Add(
                DatasetFolders.TableName, line.Number,
                "is about a file that an earlier line is about already: leave one of the two lines out.");
        }
    }

    private Dictionary<DatasetPicture, DatasetPicture> ByKey()
    {
        _folders.Originals.RefuseTwins(_faults);
        _folders.Deidentified.RefuseTwins(_faults);
        var pairs = new Dictionary<DatasetPicture, DatasetPicture>();
        foreach (var original in _folders.Originals.Pictures)
        {
            if (_folders.Deidentified.FindKey(original.Key) is { } deidentified)
            {
                pairs.Add(original, deidentified);
            }
            else
            {
                _faults.Add(
                    _folders.Originals.Name, original.Number,
                    "has no de-identified picture: put a file of the same name into deidentified/.");
            }
        }

        foreach (var deidentified in _folders.Deidentified.Pictures.Where(picture =>
            _folders.Originals.FindKey(picture.Key) is null))
        {
            _faults.Add(
                _folders.Deidentified.Name, deidentified.Number,
                "has no original: put a file of the same name into originals/, or take it out.");
        }

        return pairs;
    }

    // A table need not be about de-identified pictures; where it is, it must say what it says of the original.
    private void RefuseStrangers(IReadOnlyDictionary<DatasetPicture, DatasetPicture>? pairs)
    {
        foreach (var (original, deidentified) in pairs ?? new Dictionary<DatasetPicture, DatasetPicture>())
        {
            if (_lines?.GetValueOrDefault(original) is { } one && _lines.GetValueOrDefault(deidentified) is { } other
                && !string.Equals(one.Subject, other.Subject, StringComparison.Ordinal))
            {
                _faults.Add(
                    DatasetFolders.TableName, other.Number,
                    $"gives another subject than line {one.Number}, which is about its original: make both the same.");
            }
        }
    }

    private GalleryPicture OfGallery(DatasetPicture picture)
    {
        var (part, number, subject) = Who(_folders.Gallery, picture, _lines?.GetValueOrDefault(picture));
        return new GalleryPicture(number, subject, picture.File, part);
    }

    private GalleryPicture OfTreatedGallery(DatasetPicture picture)
    {
        if (_lines?.ContainsKey(picture) == false && _folders.Gallery.FindKey(picture.Key) is { } made
            && _lines.TryGetValue(made, out var line))
        {
            // Its photo's line is about it, too.
            return new GalleryPicture(picture.Number, line.Subject, picture.File, _folders.TreatedGallery.Name);
        }

        var (part, number, subject) = Who(_folders.TreatedGallery, picture, _lines?.GetValueOrDefault(picture));
        return new GalleryPicture(number, subject, picture.File, part);
    }

    private (string Part, int Number, string Subject) Who(DatasetFolder folder, DatasetPicture picture, DatasetLine? line)
    {
        if (line is not null)
            return (DatasetFolders.TableName, line.Number, line.Subject);
        if (_lines is not null)
            _faults.Add(folder.Name, picture.Number, "is in no line of the table: say who is in it, or take it out.");
        return (folder.Name, picture.Number, picture.Subject);
    }
}
