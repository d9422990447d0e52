using System.Security.Cryptography;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>
/// Damage to a seal. Its last 32 bytes are the hash of all before: made anew, they let the damage through to what reads it.
/// </summary>
internal static class SealMutations
{
    private const int HashLength = 32;

    /// <summary>One change, and what it is called; null: no seal.</summary>
    public static (byte[] File, string Kind)? Apply(byte[] file, Dice dice)
    {
        if (file.Length < 100 || !file.AsSpan().StartsWith("FDSEAL"u8))
            return null;
        var body = file[..^HashLength];
        var changed = dice.OneIn(3) // the head, where sizes and counts are
            ? (Bytes: new Field(7 + dice.Below(40 + HashLength), 1 << dice.Below(3)).Set(body, dice.OddNumber(4)), Kind: "head")
            : ByteMutations.Apply(body, dice);
        return ([.. changed.Bytes, .. SHA256.HashData(changed.Bytes)], $"seal.{changed.Kind}");
    }
}
