using FaceDeid.Imaging;
using FaceDeid.Protection.Scrambling;

namespace FaceDeid.Protection;

/// <summary>A picture before and after its faces were treated; whoever made it owns the pixels.</summary>
/// <param name="Original">Before, but for its pixels where they were not to be kept.</param>
/// <param name="Answer">After.</param>
/// <param name="Report">What was done.</param>
/// <param name="Scrambling">
/// What brings scrambled faces back, to be used before the call ends; null: the method is another.
/// </param>
internal sealed record TreatedPicture(
    UprightImage Original, UprightImage Answer, DeidentificationReport Report, ScramblePlan? Scrambling);
