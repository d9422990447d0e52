namespace FaceDeid.Evaluation.Datasets;

/// <summary>A dataset whose table names the pairs.</summary>
internal sealed class DatasetPairs(DatasetFolders folders, DatasetTable table, DatasetFaults faults)
{
    private readonly Dictionary<DatasetPicture, int> _originals = []; // and the lines that name them
    private readonly HashSet<DatasetPicture> _deidentified = [];
    private readonly Dictionary<DatasetPicture, DatasetLine> _gallery = [];

    public EvaluationDataset Read(byte[]? certificate, bool isMadeHere)
    {
        var rows = table.Lines.Select(line => Row(line, isMadeHere)).OfType<EvaluationRow>().ToList();
        RefuseUnnamed(folders.Originals, _originals.ContainsKey, "is in no line of the table: give it one, or take it out.");
        RefuseUnnamed(folders.Deidentified, _deidentified.Contains, "is in no line of the table: give it one, or take it out.");
        if (table.HasGallery)
        {
            RefuseUnnamed(
                folders.Gallery, _gallery.ContainsKey,
                "is in no line of the table: name it in the column gallery, where the other files may be left empty, "
                + "or take it out.");
        }

        return new EvaluationDataset(
            rows, [.. folders.Gallery.Pictures.Select(OfGallery)],
            [.. folders.TreatedGallery.Pictures.Select(OfTreatedGallery)], certificate);
    }

    private EvaluationRow? Row(DatasetLine line, bool isMadeHere)
    {
        var gallery = line.Gallery.Length == 0 ? null : Find(line, folders.Gallery, line.Gallery);
        if (gallery is not null && !_gallery.TryAdd(gallery, line)
            && !string.Equals(_gallery[gallery].Subject, line.Subject, StringComparison.Ordinal))
        {
            faults.Add(
                DatasetFolders.TableName, line.Number,
                $"names a gallery picture that is another subject's in line {_gallery[gallery].Number}: leave it to "
                + "one of the two.");
        }

        if (line.Original.Length == 0 && line.Deidentified.Length == 0 && line.Gallery.Length > 0)
            return null; // a further photo for the gallery

        var original = Find(line, folders.Originals, line.Original);
        if (original is not null && !_originals.TryAdd(original, line.Number))
        {
            faults.Add(
                DatasetFolders.TableName, line.Number,
                $"names the original of line {_originals[original]} again: leave one of the two lines out.");
        }

        var deidentified = isMadeHere ? null : Find(line, folders.Deidentified, line.Deidentified);
        if (deidentified is not null)
            _deidentified.Add(deidentified); // people of a group may share a face, and its file
        return original is null || (deidentified is null && !isMadeHere)
            ? null
            : new EvaluationRow(line.Number, line.Subject, original.File, deidentified?.File, DatasetFolders.TableName);
    }

    private DatasetPicture? Find(DatasetLine line, DatasetFolder folder, string named)
    {
        var found = named.Length == 0 ? null : folders.Find(folder, named);
        if (found is null)
        {
            faults.Add(DatasetFolders.TableName, line.Number, named.Length == 0
                ? $"names no picture of {folder.Name}/: fill the cell in, or leave the line out."
                : $"names a picture that is not in {folder.Name}/: paths begin inside the folder, and letters count "
                    + "as they stand.");
        }

        return found;
    }

    private void RefuseUnnamed(DatasetFolder folder, Func<DatasetPicture, bool> isNamed, string reason)
    {
        foreach (var picture in folder.Pictures.Where(picture => !isNamed(picture)))
            faults.Add(folder.Name, picture.Number, reason);
    }

    private GalleryPicture OfGallery(DatasetPicture picture) => _gallery.TryGetValue(picture, out var line)
        ? new GalleryPicture(line.Number, line.Subject, picture.File, DatasetFolders.TableName)
        : new GalleryPicture(picture.Number, picture.Subject, picture.File);

    // No column is about these: whose photo a picture was made of, its name says.
    private GalleryPicture OfTreatedGallery(DatasetPicture picture)
    {
        var made = folders.Gallery.FindKey(picture.Key);
        return new GalleryPicture(
            picture.Number, made is null ? picture.Subject : OfGallery(made).Subject, picture.File, DatasetFaults.TreatedGallery);
    }
}
