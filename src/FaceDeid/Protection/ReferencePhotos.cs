using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>Finds out who is meant by the reference photos of a request. Thread-safe.</summary>
internal sealed class ReferencePhotos(ReferenceExaminer references)
{
    /// <summary>Who is meant, photo by photo.</summary>
    /// <exception cref="FaceDeidException">A photo is refused, or does not say who is meant.</exception>
    public IReadOnlyList<Reference> Read(Reading reading, DeidentificationOptions options, WorkBudget budget)
    {
        return
        [
            .. options.Keep.Select((file, i) => Examine(file, ReferencePart.Keep, i + 1)),
            .. options.Only.Select((file, i) => Examine(file, ReferencePart.Only, i + 1)),
        ];

        Reference Examine(byte[] file, ReferencePart part, int photo)
        {
            using var picture = reading.Decode(file, ReferenceExaminer.Detection with { OnDamage = options.Detection.OnDamage });
            using var views = new PictureViews(picture);
            IReadOnlyList<FoundFace> faces = [];
            // One appearance is enough to tell who is meant: in a cut-out the outline of the head may look like a face, too.
            foreach (var appearance in views.Appearances.TakeWhile(_ => faces.Count == 0))
                faces = reading.Detect(views.As(appearance), ReferenceExaminer.Detection);
            budget.TakePeople(faces.Count);
            return reading.Step("recognise", () => references.Examine(views.Now, faces, part, photo));
        }
    }
}
