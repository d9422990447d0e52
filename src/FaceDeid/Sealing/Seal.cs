using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>What travels with a picture so that who has a key can bring faces back.</summary>
/// <param name="Kind">What the keys bring back.</param>
/// <param name="Image">The upright picture's size.</param>
/// <param name="PixelHash">
/// SHA-256 of the public picture's samples; zeros with <see cref="SealKind.Scramble"/>, which survives another codec.
/// </param>
/// <param name="Faces">The faces, each with keys of its own.</param>
internal sealed record Seal(SealKind Kind, ImageSize Image, byte[] PixelHash, IReadOnlyList<SealedFace> Faces);

/// <summary>A face as a seal carries it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Region">Where its pixels are.</param>
/// <param name="Nonce">Used once, with a data key that is used once.</param>
/// <param name="Content">What is encrypted, followed by its tag.</param>
/// <param name="Access">Its data key, wrapped for each who may open it.</param>
/// <param name="AccessMac">Proves that who wrote <paramref name="Access"/> had the data key.</param>
internal sealed record SealedFace(
    int Id, Box Region, byte[] Nonce, byte[] Content, IReadOnlyList<WrappedKey> Access, byte[] AccessMac);
