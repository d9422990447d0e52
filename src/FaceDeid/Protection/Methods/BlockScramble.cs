using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Puts the blocks around a face in the secret order that was planned for it; a face that was not planned for stays as it is.
/// </summary>
internal sealed class BlockScramble : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Scramble;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        var plan = treatment.Scrambling ?? throw new InvalidOperationException("Nothing was planned for the picture.");
        if (plan.IndexOf(subject) is >= 0 and var index)
            BlockScrambler.Scramble(canvas.Bgr, plan.Faces[index].Blocks, plan.Faces[index].DataKey, plan.Faces[index].Nonce);
    }
}
