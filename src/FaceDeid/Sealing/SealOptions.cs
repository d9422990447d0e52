using FaceDeid.Imaging;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>Who may open faces.</summary>
/// <param name="Key">The key that opens them.</param>
/// <param name="Faces">The numbers of the faces; null: all.</param>
public sealed record Recipient(SealingKey Key, IReadOnlyList<int>? Faces = null)
{
    internal bool MayOpen(int face) => Faces?.Contains(face) ?? true;
}

/// <summary>How a picture is sealed.</summary>
/// <param name="Recipients">Who may open which faces, at least one. A face that nobody may open is not sealed.</param>
/// <param name="Output">How the picture is written. Outside of its faces only a PNG is as it was, to the bit.</param>
/// <param name="Sidecar">Whether the seal is kept beside the file instead of in it.</param>
public sealed record SealOptions(IReadOnlyList<Recipient> Recipients, ImageOutput Output, bool Sidecar);

/// <summary>A sealed picture.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Seal">
/// The seal's bytes, which the file carries too unless a sidecar was asked for; null: no face was sealed.
/// </param>
/// <param name="Sealed">The numbers of the faces that can be brought back.</param>
/// <param name="Report">What was done to each face.</param>
public sealed record SealResult(byte[] Picture, byte[]? Seal, IReadOnlyList<int> Sealed, DeidentificationReport Report);

/// <summary>What of a seal is opened, with what.</summary>
/// <param name="Keys">The keys, at least one.</param>
/// <param name="Faces">The numbers of the faces; null: all.</param>
public sealed record OpenOptions(IReadOnlyList<SealingKey> Keys, IReadOnlyList<int>? Faces = null);

/// <summary>A picture with faces brought back.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Faces">The numbers of the faces that were brought back.</param>
/// <param name="Remaining">How many sealed faces were not asked for.</param>
public sealed record RestoreResult(byte[] Picture, IReadOnlyList<int> Faces, int Remaining);

/// <summary>A file whose seal has other keys.</summary>
/// <param name="File">The picture file, or the sidecar; but for the wrapped keys as it was.</param>
/// <param name="Faces">The numbers of the faces that have other keys now.</param>
public sealed record RewrapResult(byte[] File, IReadOnlyList<int> Faces);
