namespace FaceDeid.Evaluation.Datasets;

/// <summary>A set of pictures before and after de-identification, and what attackers have.</summary>
/// <param name="Rows">Each picture before and after.</param>
/// <param name="Gallery">Other photos of the same people, and perhaps of further ones; empty: there are none.</param>
/// <param name="TreatedGallery">Such photos de-identified in the same way, for parrot recognition; empty: there are none.</param>
/// <param name="Certificate">The <c>certificate.json</c> of the de-identified collection; null: there is none.</param>
public sealed record EvaluationDataset(
    IReadOnlyList<EvaluationRow> Rows,
    IReadOnlyList<GalleryPicture> Gallery,
    IReadOnlyList<GalleryPicture> TreatedGallery,
    byte[]? Certificate = null);

/// <summary>A picture file that is read when it is needed, and not kept.</summary>
/// <param name="Path">Its path in the dataset.</param>
/// <param name="ReadAsync">Reads it; may be called from several threads at once.</param>
public sealed record DatasetFile(string Path, Func<CancellationToken, Task<byte[]>> ReadAsync);

/// <summary>A picture before and after.</summary>
/// <param name="Number">
/// By which errors and leaks name it: the original's place in its folder by path, from 1, or a line of a table.
/// </param>
/// <param name="Subject">Who is in it.</param>
/// <param name="Original">The original.</param>
/// <param name="Deidentified">The de-identified picture; null: it is made here.</param>
/// <param name="Part">What <paramref name="Number"/> counts in: the folder, or the table.</param>
public sealed record EvaluationRow(
    int Number, string Subject, DatasetFile Original, DatasetFile? Deidentified, string Part = DatasetFaults.Originals);

/// <summary>A photo by which attackers know somebody.</summary>
/// <param name="Number">By which errors name it: its place in its folder by path, from 1, or a line of a table.</param>
/// <param name="Subject">Who is in it.</param>
/// <param name="File">The photo.</param>
/// <param name="Part">What <paramref name="Number"/> counts in: the folder, or the table.</param>
public sealed record GalleryPicture(int Number, string Subject, DatasetFile File, string Part = DatasetFaults.Gallery);
