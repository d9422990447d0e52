using System.Buffers.Binary;
using System.Security.Cryptography;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>
/// Encrypts what belongs to each face with AES-256-GCM under a data key of its own. Everything that a seal says of the picture
/// and of all its faces is associated data; who may open a face is proved by a MAC under a key derived of its data key.
/// </summary>
internal sealed class FaceLock
{
    private readonly Seal _seal;
    private readonly byte[] _head;
    private readonly byte[] _constant;

    /// <summary>The lock of a seal that was read.</summary>
    public FaceLock(Seal seal)
    {
        _seal = seal;
        _head = SealFormat.Head(seal);
        _constant = SealFormat.HashOfConstant(seal);
    }

    /// <summary>Seals faces.</summary>
    /// <param name="kind">What is sealed.</param>
    /// <param name="image">The picture's size.</param>
    /// <param name="pixelHash">SHA-256 of the public picture's samples, or zeros.</param>
    /// <param name="faces">At least one, each with at least one key.</param>
    public static Seal Close(SealKind kind, ImageSize image, byte[] pixelHash, IReadOnlyList<OpenFace> faces)
    {
        if (faces.Count is 0 or > SealFormat.MaxFaces || faces.Any(face => face.Keys.Count is 0 or > SealFormat.MaxKeys))
            throw new ArgumentException("A seal has 1 to 512 faces, each with 1 to 8 keys.", nameof(faces));
        var draft = new Seal(
            kind, image, pixelHash, [.. faces.Select(face => new SealedFace(face.Id, face.Region, face.Nonce, [], [], []))]);
        var head = SealFormat.Head(draft);
        var closed = draft with
        {
            Faces = [.. draft.Faces.Select((face, i) => face with { Content = Encrypt(faces[i], Associated(head, i)) })],
        };
        var door = new FaceLock(closed);
        return closed with
        {
            Faces = [.. faces.Select((face, i) =>
                door.WithAccess(i, face.DataKey, [.. face.Keys.Select(key => key.Wrap(face.DataKey))]))],
        };
    }

    /// <summary>The data key of a face, to be zeroed by the caller; null: none of the keys opens it.</summary>
    public byte[]? UnwrapDataKey(int index, IEnumerable<SealingKey> keys) =>
        keys.SelectMany(key => _seal.Faces[index].Access.Select(key.Unwrap)).FirstOrDefault(dataKey => dataKey is not null);

    /// <summary>Whether nothing of the seal was altered since it was closed by who had the face's data key.</summary>
    public bool IsGenuine(int index, byte[] dataKey) =>
        CryptographicOperations.FixedTimeEquals(Mac(index, _seal.Faces[index].Access, dataKey), _seal.Faces[index].AccessMac);

    /// <summary>What was sealed of a face, to be zeroed by the caller; null: the seal was altered.</summary>
    public byte[]? Open(int index, byte[] dataKey)
    {
        if (!IsGenuine(index, dataKey))
            return null;
        var face = _seal.Faces[index];
        var content = new byte[face.Content.Length - SealFormat.TagLength];
        var key = ContentKey(dataKey);
        try
        {
            using var gcm = new AesGcm(key, SealFormat.TagLength);
            gcm.Decrypt(
                face.Nonce, face.Content.AsSpan(0, content.Length), face.Content.AsSpan(content.Length),
                content, Associated(_head, index));
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

    /// <summary>A face with other wrapped data keys, its content untouched.</summary>
    public SealedFace WithAccess(int index, byte[] dataKey, IReadOnlyList<WrappedKey> access) =>
        _seal.Faces[index] with { Access = access, AccessMac = Mac(index, access, dataKey) };

    private static byte[] Encrypt(OpenFace face, byte[] associated)
    {
        var sealedContent = new byte[face.Content.Length + SealFormat.TagLength];
        var key = ContentKey(face.DataKey);
        try
        {
            using var gcm = new AesGcm(key, SealFormat.TagLength);
            gcm.Encrypt(
                face.Nonce, face.Content, sealedContent.AsSpan(0, face.Content.Length),
                sealedContent.AsSpan(face.Content.Length), associated);
            return sealedContent;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Mac(int index, IReadOnlyList<WrappedKey> access, byte[] dataKey)
    {
        var key = DataKey.Derive(dataKey, salt: [], "FaceDeid seal v1 access"u8);
        try
        {
            return HMACSHA256.HashData(key, (byte[])[.. Associated(_constant, index), .. SealFormat.Access(access)]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] ContentKey(byte[] dataKey) => DataKey.Derive(dataKey, salt: [], "FaceDeid seal v1 content"u8);

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
