using FaceDeid.Evaluation.Utility;

namespace FaceDeid.Evaluation.Examined;

/// <summary>A row, looked at.</summary>
/// <param name="Part">What its number counts in.</param>
/// <param name="Number">Its number.</param>
/// <param name="Person">Who is in it.</param>
/// <param name="Original">The original's face.</param>
/// <param name="Deidentified">The same face de-identified.</param>
/// <param name="Reconstructed">The same with de-identification undone, for what the picture shows was done.</param>
/// <param name="Utility">What the face is still good for.</param>
internal sealed record ExaminedRow(
    string Part, int Number, int Person, ComparedFace Original, ComparedFace Deidentified,
    IReadOnlyDictionary<Inversion, ComparedFace> Reconstructed, RowUtility Utility);

/// <summary>All that attackers have.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Gallery">Other photos; empty: none.</param>
/// <param name="TreatedGallery">Such photos de-identified in the same way; empty: none.</param>
internal sealed record ExaminedDataset(
    IReadOnlyList<ExaminedRow> Rows, IReadOnlyList<KnownFace> Gallery, IReadOnlyList<KnownFace> TreatedGallery)
{
    /// <summary>A probe of each row.</summary>
    public IReadOnlyList<Probe> Probes(Func<ExaminedRow, ComparedFace> face) =>
        [.. Rows.Select((row, i) => new Probe(i, row.Person, face(row)))];

    /// <summary>A gallery of all rows.</summary>
    public IReadOnlyList<KnownFace> Known(Func<ExaminedRow, ComparedFace> face) =>
        [.. Rows.Select(row => new KnownFace(row.Person, face(row)))];
}
