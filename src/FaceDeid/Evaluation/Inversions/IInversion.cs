using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>
/// Undoes what was done to a face, as far as an attacker can who knows by which method and how strongly. Thread-safe.
/// </summary>
internal interface IInversion
{
    Inversion Kind { get; }

    /// <summary>
    /// Undoes it, or returns null where a picture does not show that this was done. The original serves to learn the strength and
    /// where it was done, never to fill in what is lost.
    /// </summary>
    /// <param name="original">The face with some surroundings, <c>CV_8UC3</c>, in the original's own pixels.</param>
    /// <param name="deidentified">The same place of the de-identified picture, as large.</param>
    /// <returns>As large as both, <c>CV_8UC3</c>; the caller owns it.</returns>
    Mat? Invert(Mat original, Mat deidentified);
}
