namespace FaceDeid.Video.Media;

/// <summary>What a player needs to jump in a recording, which cannot be written before the rest is there.</summary>
internal static class SeekIndex
{
    /// <summary>Writes what a <see cref="Joiner"/> wrote again, with its index in front and its length said.</summary>
    public static Task WriteAsync(
        VideoContainer container, Stream file, Stream target, CancellationToken cancellationToken) =>
        container == VideoContainer.Mp4
            ? FragmentIndex.WriteAsync(file, target, cancellationToken)
            : MatroskaIndex.WriteAsync(file, target, cancellationToken);
}
