using System.Buffers.Binary;
using System.Security.Cryptography;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>
/// Encrypts what belongs to each face with AES-256-GCM under a data key of its own. Everything that a seal says of the picture and of all its
/// faces is associated data; who may open a face is proved by a MAC under a key derived of its data key.
/// </summary>
internal static class FaceLock
{
    /// <summary>Seals faces.</summary>
    /// <param name="kind">What is sealed.</param>
    /// <param name="image">The picture's size.</param>
    /// <param name="pixelHash">SHA-256 of the public picture's samples.</param>
    /// <param name="faces">At least one, each with at least one key.</param>
    public static Seal Close(SealKind kind, ImageSize image, byte[] pixelHash, IReadOnlyList<OpenFace> faces)
    {
        var draft = new Seal(kind, image, pixelHash, [.. faces.Select(face => new SealedFace(face.Id, face.Region, face.Nonce, [], [], []))]);
        var head = SealFormat.Head(draft);
        var closed = draft with { Faces = [.. draft.Faces.Select((face, i) => face with { Content = Encrypt(faces[i], Associated(head, i)) })] };
        var constant = SealFormat.HashOfConstant(closed);
        return closed with { Faces = [.. closed.Faces.Select((face, i) => WithKeys(face, i, constant, faces[i].DataKey, faces[i].Keys))] };
    }

    /// <summary>The data key of a face, to be zeroed by the caller; null: none of the keys opens it.</summary>
    public static byte[]? DataKey(SealedFace face, IEnumerable<SealingKey> keys) =>
        keys.SelectMany(key => face.Access.Select(key.Unwrap)).FirstOrDefault(dataKey => dataKey is not null);

    /// <summary>What was sealed of a face, to be zeroed by the caller; null: the seal was altered.</summary>
    /// <param name="seal">The seal.</param>
    /// <param name="index">Which of its faces.</param>
    /// <param name="constant">The seal's <see cref="SealFormat.HashOfConstant"/>, computed once for all faces.</param>
    /// <param name="dataKey">The face's data key.</param>
    public static byte[]? Open(Seal seal, int index, byte[] constant, byte[] dataKey)
    {
        var face = seal.Faces[index];
        if (!CryptographicOperations.FixedTimeEquals(Mac(index, constant, face.Access, dataKey), face.AccessMac))
            return null;
        var content = new byte[face.Content.Length - SealFormat.TagLength];
        var key = SealingKey.Derive(dataKey, salt: [], "FaceDeid seal v1 content"u8);
        try
        {
            using var gcm = new AesGcm(key, SealFormat.TagLength);
            gcm.Decrypt(face.Nonce, face.Content.AsSpan(0, content.Length), face.Content.AsSpan(content.Length), content, Associated(SealFormat.Head(seal), index));
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A face with other keys to it, its content untouched; the other parameters are those of <see cref="Open"/>.</summary>
    public static SealedFace WithKeys(SealedFace face, int index, byte[] constant, byte[] dataKey, IReadOnlyList<SealingKey> keys)
    {
        WrappedKey[] access = [.. keys.Select(key => key.Wrap(dataKey))];
        return face with { Access = access, AccessMac = Mac(index, constant, access, dataKey) };
    }

    private static byte[] Encrypt(OpenFace face, byte[] associated)
    {
        var sealedContent = new byte[face.Content.Length + SealFormat.TagLength];
        var key = SealingKey.Derive(face.DataKey, salt: [], "FaceDeid seal v1 content"u8);
        using var gcm = new AesGcm(key, SealFormat.TagLength);
        gcm.Encrypt(face.Nonce, face.Content, sealedContent.AsSpan(0, face.Content.Length), sealedContent.AsSpan(face.Content.Length), associated);
        CryptographicOperations.ZeroMemory(key);
        return sealedContent;
    }

    private static byte[] Mac(int index, byte[] constant, IReadOnlyList<WrappedKey> access, byte[] dataKey)
    {
        var key = SealingKey.Derive(dataKey, salt: [], "FaceDeid seal v1 access"u8);
        byte[] proved = [.. Associated(constant, index), .. SealFormat.Access(access)];
        var mac = HMACSHA256.HashData(key, proved);
        CryptographicOperations.ZeroMemory(key);
        return mac;
    }

    private static byte[] Associated(byte[] data, int index)
    {
        var associated = new byte[data.Length + 2];
        data.CopyTo(associated, 0);
        BinaryPrimitives.WriteUInt16BigEndian(associated.AsSpan(data.Length), (ushort)index);
        return associated;
    }
}

/// <summary>A face that is to be sealed.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Region">Where its pixels are.</param>
/// <param name="Content">What is encrypted.</param>
/// <param name="DataKey">32 random bytes, for this face alone; zeroed by whoever made them.</param>
/// <param name="Nonce">12 random bytes.</param>
/// <param name="Keys">Who may open it.</param>
internal sealed record OpenFace(int Id, Box Region, byte[] Content, byte[] DataKey, byte[] Nonce, IReadOnlyList<SealingKey> Keys);
