using FaceDeid.Donors;

namespace FaceDeid.Protection.Replacement;

/// <summary>What a face gets that is replaced.</summary>
/// <param name="Donor">Whose face it wears.</param>
/// <param name="KeepsGlasses">Whether the subject's glasses, if it has any, stay in front of it.</param>
internal sealed record Disguise(Donor Donor, bool KeepsGlasses = false);
