using FaceDeid.Protection.Subjects;

namespace FaceDeid.Collections;

/// <summary>What a picture may be needed for when its collection is complete.</summary>
/// <param name="File">Whether its file must be kept: photos are asked for, or may still be.</param>
/// <param name="EveryFace">Whether all its faces must be kept: each counts, or may still count.</param>
/// <param name="OnDamage">What happens when its file is damaged.</param>
public sealed record PictureUse(bool File, bool EveryFace, DamagePolicy OnDamage = DamagePolicy.Error);

/// <summary>What is held of a picture.</summary>
/// <param name="Index">Which it is, from 0.</param>
/// <param name="Sha256">Hash of its file.</param>
/// <param name="FacesFound">How many faces it shows.</param>
/// <param name="Faces">Those that are large enough, the largest first: all, or that one only.</param>
/// <param name="HasReliableLandmarks">Whether the largest face's landmarks can be trusted.</param>
/// <param name="File">The file; null: it is not needed any more.</param>
/// <param name="Subjects">All faces, as the natural replacement needs them; with <paramref name="File"/> only.</param>
/// <param name="OnDamage">How its file was read.</param>
/// <param name="Fault">Why it cannot be used; null: it can.</param>
internal sealed record ExaminedPicture(
    int Index,
    string Sha256,
    int FacesFound,
    IReadOnlyList<AlignedFace> Faces,
    bool HasReliableLandmarks,
    byte[]? File,
    IReadOnlyList<Subject> Subjects,
    DamagePolicy OnDamage,
    SkippedPicture? Fault);
