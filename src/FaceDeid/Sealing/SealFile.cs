using FaceDeid.Imaging;
using FaceDeid.Sealing.Carriers;

namespace FaceDeid.Sealing;

/// <summary>A seal found in a picture file or in its sidecar.</summary>
/// <param name="Seal">The seal.</param>
/// <param name="IsSidecar">Whether it came beside the picture.</param>
/// <param name="Uploaded">Bytes of both.</param>
internal sealed record SealFile(Seal Seal, bool IsSidecar, int Uploaded)
{
    /// <summary>Reads the seal of a picture.</summary>
    /// <param name="image">The picture file.</param>
    /// <param name="sidecar">Its seal; null: the file carries it.</param>
    /// <exception cref="FaceDeidException">There is no seal, or not a bit as it was written.</exception>
    public static SealFile Read(byte[] image, byte[]? sidecar)
    {
        if ((sidecar ?? SealCarrier.Extract(image)) is not { } bytes)
        {
            throw new FaceDeidException(
                FaceDeidError.NotSealed,
                "The picture carries no seal. A program that wrote it again may have dropped it: send the file as it was sealed, "
                + "or its sidecar beside it.");
        }

        return new SealFile(Parse(bytes), sidecar is not null, image.Length + (sidecar?.Length ?? 0));
    }

    /// <summary>Reads a seal's bytes.</summary>
    /// <exception cref="FaceDeidException">They are not as they were written.</exception>
    public static Seal Parse(byte[] bytes) => SealFormat.Read(bytes) ?? throw Tampered();

    /// <summary>Checks that the seal was made for this picture, and that its public pixels are what they were.</summary>
    /// <exception cref="FaceDeidException">It was not, or they are not.</exception>
    public void CheckAgainst(UprightImage picture)
    {
        if (picture.Bgr.ImageSize() != Seal.Image
            || (Seal.Kind == SealKind.Pixels && !PixelHash.Compute(picture).AsSpan().SequenceEqual(Seal.PixelHash)))
            throw Mismatch();
    }

    /// <summary>The seal was not made for this picture, or the picture was changed.</summary>
    public FaceDeidException Mismatch()
    {
        var size = $"{Seal.Image.Width} x {Seal.Image.Height} pixels";
        if (IsSidecar)
        {
            return new FaceDeidException(
                FaceDeidError.SidecarMismatch,
                $"The sidecar was made for another picture, of {size}, or for this one before it was changed. Send the two that "
                + "belong together.");
        }

        return new FaceDeidException(FaceDeidError.PixelsChanged, Seal.Kind == SealKind.Pixels
            ? $"The picture is not the one that was sealed, of {size}: it was edited, resized, or written again with loss. Send "
                + "the file as it was sealed."
            : $"The picture is not the one that was scrambled, of {size}: it was resized, cropped, turned or edited. Send it in "
                + "its own size; another compression does no harm.");
    }

    public static FaceDeidException Tampered() => new(
        FaceDeidError.SealTampered,
        "The seal is not as it was written: it was altered, damaged, or made by another version. Send the file as "
        + "it was sealed.");
}
