namespace FaceDeid.Fuzz.Mutating;

/// <summary>What a file is made of: a PNG chunk, a JPEG segment, a RIFF chunk, a box, a record of a ZIP file.</summary>
/// <param name="Type">Its name in the format.</param>
/// <param name="Data">Its content.</param>
internal sealed record Piece(string Type, byte[] Data)
{
    /// <summary>What its header says of its length; null: the truth.</summary>
    public uint? ClaimedLength { get; init; }

    /// <summary>Whether its checksum, where there is one, is wrong.</summary>
    public bool HasWrongChecksum { get; init; }

    /// <summary>Whether it is written without a header, such as the scan of a JPEG.</summary>
    public bool IsRaw { get; init; }
}

/// <summary>A number in a piece.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="IsLittleEndian">The order of its bytes.</param>
internal readonly record struct Field(int Offset, int Size, bool IsLittleEndian = false)
{
    /// <summary>The same bytes with another number in them.</summary>
    public byte[] Set(byte[] data, ulong value)
    {
        var changed = data.ToArray();
        for (var i = 0; i < Size; i++)
            changed[Offset + (IsLittleEndian ? i : Size - 1 - i)] = (byte)(value >> (8 * i));
        return changed;
    }
}

/// <summary>
/// A format whose files are a row of pieces. Lengths and checksums are put right when they are joined again, but for those that
/// are wrong on purpose.
/// </summary>
internal interface IContainer
{
    /// <summary>What it is called in the kinds of mutations.</summary>
    string Name { get; }

    /// <summary>Pieces that a file may have and the seeds do not.</summary>
    IReadOnlyList<Piece> Extras { get; }

    /// <summary>The pieces; null: another format.</summary>
    IReadOnlyList<Piece>? Split(byte[] file);

    byte[] Join(IEnumerable<Piece> pieces);

    /// <summary>The numbers of a piece that say how the rest is read.</summary>
    IReadOnlyList<Field> FieldsOf(Piece piece);
}
