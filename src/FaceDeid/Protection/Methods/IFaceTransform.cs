using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// One method: changes the pixels of one face in place, and nothing outside its region. Implementations are thread-safe. One that
/// is added to the services takes the place of the one that came before it for the same <see cref="Method"/> (CONTRIBUTING.md has
/// an example).
/// </summary>
public interface IFaceTransform
{
    /// <summary>Which method this is.</summary>
    DeidentificationMethod Method { get; }

    /// <summary>Changes the face's pixels. Leaving them as they are is noticed: the face is then covered by a mask.</summary>
    /// <param name="canvas">The whole picture; other faces may have been treated already.</param>
    /// <param name="subject">The face.</param>
    /// <param name="treatment">
    /// What was asked for; <see cref="DeidentificationOptions.Strength"/> null stands for the method's default.
    /// </param>
    void Apply(Canvas canvas, Subject subject, Treatment treatment);
}
