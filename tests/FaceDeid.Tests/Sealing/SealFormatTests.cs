using System.Security.Cryptography;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;
using Xunit;

namespace FaceDeid.Tests.Sealing;

public sealed class SealFormatTests
{
    [Fact]
    public void What_is_written_is_read_and_opens()
    {
        using var key = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        var seal = SealedFaces.Seal([key], [key], [key]);

        var opened = SealedFaces.OpenAll(SealFormat.Write(seal), key);

        Assert.NotNull(opened);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Where(i => opened[i].SequenceEqual(SealedFaces.Content(i))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flipped_bit_anywhere_is_refused(bool isHashMended)
    {
        using var key = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        using var other = new SymmetricKey(RandomNumberGenerator.GetBytes(32), "other");
        var bytes = SealFormat.Write(SealedFaces.Seal([key, other], [other, key]));
        var flips = 8 * (isHashMended ? bytes.Length - 32 : bytes.Length);

        for (var bit = 0; bit < flips; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(SealedFaces.OpenAll(isHashMended ? SealedFaces.Rehashed(flipped) : flipped, key));
        }
    }

    [Fact]
    public void A_seal_cut_off_anywhere_is_none()
    {
        using var key = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        var bytes = SealFormat.Write(SealedFaces.Seal([key]));

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(SealFormat.Read(bytes.AsSpan(0, length)));
            if (length >= 32)
                Assert.Null(SealFormat.Read(SealedFaces.Rehashed(bytes[..length])));
        }
    }

    [Fact]
    public void Faces_that_change_places_or_seals_are_refused()
    {
        using var key = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        var seal = SealedFaces.Seal([key], [key]);
        var another = SealedFaces.Seal([key], [key]);

        Assert.Null(SealedFaces.OpenAll(SealFormat.Write(seal with { Faces = [seal.Faces[1], seal.Faces[0]] }), key));
        Assert.Null(SealedFaces.OpenAll(SealFormat.Write(seal with { Faces = [seal.Faces[0]] }), key));
        Assert.Null(SealedFaces.OpenAll(SealFormat.Write(seal with { Faces = [seal.Faces[0], another.Faces[1]] }), key));
        Assert.NotNull(SealedFaces.OpenAll(SealFormat.Write(seal), key));
    }

    [Fact]
    public void Each_face_opens_for_its_own_keys_only()
    {
        using var mine = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        using var yours = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        var seal = SealedFaces.Seal([mine], [yours], [mine, yours]);

        var door = new FaceLock(seal);

        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(i => door.UnwrapDataKey(i, [mine]) is not null));
        Assert.Equal([false, true, true], Enumerable.Range(0, 3).Select(i => door.UnwrapDataKey(i, [yours]) is not null));
    }

    [Fact]
    public void Keys_are_changed_without_the_content()
    {
        using var old = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        using var next = new SymmetricKey(RandomNumberGenerator.GetBytes(32));
        var seal = SealedFaces.Seal([old], [old]);
        var face = seal.Faces[0];

        var door = new FaceLock(seal);
        var dataKey = door.UnwrapDataKey(0, [old])!;

        var changed = seal with { Faces = [door.WithAccess(0, dataKey, [next.Wrap(dataKey)]), seal.Faces[1]] };

        Assert.Equal(face.Content, changed.Faces[0].Content);
        Assert.Null(SealedFaces.OpenAll(SealFormat.Write(changed), old));
        Assert.NotNull(SealedFaces.OpenAll(SealFormat.Write(changed), old, next));
    }
}
