namespace FaceDeid.Contracts;

/// <summary>A report with the pictures that were asked for.</summary>
/// <param name="Report">The report.</param>
/// <param name="LeakPictures">
/// Where they were asked for: what attackers compared, for each of the leaks, in their order; else empty.
/// </param>
public sealed record EvaluationResult(EvaluationReport Report, IReadOnlyList<LeakPicture> LeakPictures);

/// <summary>The aligned faces of a leak, as attackers compare them.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="Original">The original's face, a PNG file.</param>
/// <param name="Deidentified">The de-identified face, a PNG file.</param>
public sealed record LeakPicture(int Row, byte[] Original, byte[] Deidentified);
