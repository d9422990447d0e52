using FaceDeid.Collections;

namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// Makes a dataset of files: finds who is in them and which picture was made of which. All faults are told at once, by folder and
/// number.
/// </summary>
public static class DatasetReader
{
    /// <summary>Reads a dataset.</summary>
    /// <param name="files">Its files: those of an archive, or of a folder.</param>
    /// <param name="table">
    /// Who is in them, which wins over the dataset's own table; null: that one, or what folders and names say.
    /// </param>
    /// <param name="madeBy">
    /// The option by which the service de-identifies the originals; null: the dataset has the de-identified pictures.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="FaceDeidException">The dataset and the options contradict each other.</exception>
    /// <exception cref="FaceDeidException">The dataset has faults.</exception>
    public static async Task<EvaluationDataset> ReadAsync(
        IReadOnlyList<DatasetFile> files, string? table, string? madeBy, CancellationToken cancellationToken)
    {
        var folders = DatasetFolders.Sort(files);
        if (madeBy is not null && (folders.Deidentified.Pictures.Count > 0 || folders.Certificate is not null))
        {
            throw FaceDeidException.Invalid(
                madeBy,
                "may not be sent with a dataset that has de-identified pictures, or their certificate. Leave one "
                + "of the two out.");
        }

        var faults = new DatasetFaults();
        if (folders.Originals.Pictures.Count == 0)
            faults.Add(folders.Originals.Name, "has no picture: put the originals into a folder of this name.");
        if (madeBy is null && folders.Deidentified.Pictures.Count == 0)
        {
            faults.Add(
                folders.Deidentified.Name,
                "has no picture: put the de-identified pictures into a folder of this name, or ask for a method "
                + "or an algorithm.");
        }

        faults.ThrowIfAny();

        var certificate = folders.Certificate is null ? null : await folders.Certificate.ReadAsync(cancellationToken);
        var pairing = CertificatePairs.Parse(certificate, faults);
        if (table is null && folders.Table is not null)
            table = DatasetTable.Decode(await folders.Table.ReadAsync(cancellationToken), faults);
        var lines = table is null ? null : DatasetTable.Read(table, madeBy is not null, faults);

        var dataset = lines?.HasPairs == true
            ? new DatasetPairs(folders, lines, faults).Read(certificate, isMadeHere: madeBy is not null)
            : await new DatasetKeys(folders, lines, faults)
                .ReadAsync(certificate, pairing, isMadeHere: madeBy is not null, cancellationToken);
        RefuseAlike(dataset, faults);
        faults.ThrowIfAny();
        return dataset;
    }

    private static void RefuseAlike(EvaluationDataset dataset, DatasetFaults faults)
    {
        (string Part, int Number, string Subject)[] people =
        [
            .. dataset.Rows.Select(row => (row.Part, row.Number, row.Subject)),
            .. dataset.Gallery.Concat(dataset.TreatedGallery).Select(picture => (picture.Part, picture.Number, picture.Subject)),
        ];
        if (SubjectNames.FindAlike(people.Select(person => person.Subject)) is var (first, second))
        {
            faults.Add(people[second].Part, people[second].Number,
                $"names somebody as number {people[first].Number} of {people[first].Part} does, but for case, accents' coding, "
                + "width or letters that nobody sees: write the name of one person alike everywhere, and give two people "
                + "names that differ.");
        }
    }
}
