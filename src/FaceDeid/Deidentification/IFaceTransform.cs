using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>One method: changes the pixels of one face in place, and nothing outside its region. Implementations are thread-safe.</summary>
internal interface IFaceTransform
{
    DeidentificationMethod Method { get; }

    /// <summary>Changes the face's pixels.</summary>
    /// <param name="canvas">The whole picture, <c>CV_8UC3</c>, blue-green-red; other faces may have been treated already.</param>
    /// <param name="subject">The face.</param>
    /// <param name="options">What was asked for; <see cref="DeidentificationOptions.Strength"/> null stands for the method's default.</param>
    void Apply(Mat canvas, Subject subject, DeidentificationOptions options);
}
