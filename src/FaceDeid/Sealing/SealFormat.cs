using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>
/// A seal as bytes, numbers big-endian: head (what all faces share and who they are), bodies (what is encrypted), accesses (who
/// may open), and the SHA-256 of all before it. Head and bodies never change; accesses do, when keys are changed.
/// </summary>
internal static class SealFormat
{
    public const int TagLength = 16;
    public const int HashLength = 32;
    public const int MaxFaces = 512;
    public const int MaxKeys = 8; // of a face
    public const int MaxIdLength = 64;

    private const int HeadLength = 8 + 4 + 4 + HashLength + 2;
    private const int FaceLength = 5 * 4;

    private static ReadOnlySpan<byte> Magic => "FDSEAL\x01"u8; // the last: version of the format

    public static byte[] Write(Seal seal)
    {
        using var all = new MemoryStream();
        all.Write(Head(seal));
        foreach (var face in seal.Faces)
            WriteBody(all, face);
        foreach (var face in seal.Faces)
        {
            all.Write(face.AccessMac);
            all.Write(Access(face.Access));
        }

        all.Write(SHA256.HashData(all.GetBuffer().AsSpan(0, (int)all.Length)));
        return all.ToArray();
    }

    /// <summary>Reads a seal; null: it is none, of another version, or not a bit as it was written.</summary>
    public static Seal? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength + HashLength || !bytes.StartsWith(Magic)
            || !SHA256.HashData(bytes[..^HashLength]).AsSpan().SequenceEqual(bytes[^HashLength..]))
            return null;
        try
        {
            var reader = new Reader(bytes[..^HashLength]);
            reader.Take(Magic.Length);
            var kind = (SealKind)reader.Byte();
            var image = new ImageSize(reader.Int32(), reader.Int32());
            var hash = reader.Take(HashLength).ToArray();
            var heads = new (int Id, Box Region)[reader.UInt16()];
            if (!Enum.IsDefined(kind) || heads.Length is 0 or > MaxFaces)
                return null;
            for (var i = 0; i < heads.Length; i++)
                heads[i] = (reader.Int32(), new Box(reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32()));
            if (heads.Any(face => !IsInside(face.Region, image)) || heads.DistinctBy(face => face.Id).Count() != heads.Length)
                return null;
            var bodies = new (byte[] Nonce, byte[] Content)[heads.Length];
            for (var i = 0; i < heads.Length; i++)
                bodies[i] = (reader.Take(DataKey.NonceLength).ToArray(), reader.Take(reader.Int32()).ToArray());
            if (bodies.Any(body => body.Content.Length < TagLength))
                return null;
            var faces = new SealedFace[heads.Length];
            for (var i = 0; i < faces.Length; i++)
            {
                var mac = reader.Take(HashLength).ToArray();
                if (ReadAccess(ref reader) is not { } access)
                    return null;
                faces[i] = new SealedFace(heads[i].Id, heads[i].Region, bodies[i].Nonce, bodies[i].Content, access, mac);
            }

            return reader.IsAtEnd ? new Seal(kind, image, hash, faces) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // a length that reaches beyond the end
        }
    }

    /// <summary>What all faces share, and who they are: associated data of each of them.</summary>
    public static byte[] Head(Seal seal)
    {
        var head = new byte[HeadLength + (FaceLength * seal.Faces.Count)];
        Magic.CopyTo(head);
        head[Magic.Length] = (byte)seal.Kind;
        var numbers = head.AsSpan(Magic.Length + 1);
        BinaryPrimitives.WriteInt32BigEndian(numbers, seal.Image.Width);
        BinaryPrimitives.WriteInt32BigEndian(numbers[4..], seal.Image.Height);
        seal.PixelHash.CopyTo(numbers[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(numbers[(8 + HashLength)..], (ushort)seal.Faces.Count);
        var at = HeadLength;
        foreach (var face in seal.Faces)
        {
            foreach (var number
                in (ReadOnlySpan<int>)[face.Id, face.Region.X, face.Region.Y, face.Region.Width, face.Region.Height])
            {
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(at), number);
                at += 4;
            }
        }

        return head;
    }

    /// <summary>SHA-256 of head and bodies: of all that never changes.</summary>
    public static byte[] HashOfConstant(Seal seal)
    {
        using var constant = new MemoryStream();
        constant.Write(Head(seal));
        foreach (var face in seal.Faces)
            WriteBody(constant, face);
        return SHA256.HashData(constant.GetBuffer().AsSpan(0, (int)constant.Length));
    }

    /// <summary>Who may open a face.</summary>
    public static byte[] Access(IReadOnlyList<WrappedKey> keys)
    {
        using var access = new MemoryStream();
        access.WriteByte((byte)keys.Count);
        foreach (var key in keys)
        {
            access.WriteByte((byte)key.Kind);
            access.WriteByte((byte)key.KeyId.Length);
            access.Write(Encoding.ASCII.GetBytes(key.KeyId));
            access.Write(key.Parameters);
            access.Write(key.Data);
        }

        return access.ToArray();
    }

    private static void WriteBody(MemoryStream stream, SealedFace face)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, face.Content.Length);
        stream.Write(face.Nonce);
        stream.Write(length);
        stream.Write(face.Content);
    }

    private static WrappedKey[]? ReadAccess(ref Reader reader)
    {
        var keys = new WrappedKey[reader.Byte()];
        if (keys.Length is 0 or > MaxKeys)
            return null;
        for (var i = 0; i < keys.Length; i++)
        {
            var kind = (KeyKind)reader.Byte();
            var id = reader.Take(reader.Byte());
            if (!Enum.IsDefined(kind) || id.Length > MaxIdLength || id.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
                return null;
            var name = Encoding.ASCII.GetString(id);
            keys[i] = new WrappedKey(
                kind, name, reader.Take(WrappedKey.ParametersLength(kind)).ToArray(),
                reader.Take(SealingKey.WrappedLength).ToArray());
        }

        return keys;
    }

    private static bool IsInside(Box region, ImageSize image) => region is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }
        && (long)region.X + region.Width <= image.Width && (long)region.Y + region.Height <= image.Height;

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public ReadOnlySpan<byte> Take(int count)
        {
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        public byte Byte() => Take(1)[0];

        public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

        public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));
    }
}
