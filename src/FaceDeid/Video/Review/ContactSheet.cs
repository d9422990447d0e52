using System.Globalization;
using FaceDeid.Imaging;
using FaceDeid.Video.Spool;
using OpenCvSharp;

namespace FaceDeid.Video.Review;

/// <summary>Thumbnails of tracks on one picture: a row for each track, and below each picture its track and time.</summary>
internal sealed class ContactSheet(ImageDecoder decoder)
{
    /// <summary>Tracks of a sheet.</summary>
    public const int Rows = 25;

    private const int Columns = 4;
    private const int Margin = 8;
    private const int Caption = 22; // pixels
    private const double Letters = 0.45;
    private const int Quality = 90;

    private static readonly Scalar Paper = new(250, 250, 250);
    private static readonly Scalar Ink = new(40, 40, 40);
    private static readonly Scalar Line = new(60, 200, 255);

    /// <summary>The sheet as JPEG.</summary>
    /// <param name="store">The recording's, which holds its thumbnails and tracks.</param>
    /// <param name="track">One track; null: those of a page.</param>
    /// <param name="page">Which page, from 1.</param>
    /// <param name="isOriginal">Whether faces are shown as they were recorded.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such track, or page.</returns>
    public async Task<byte[]?> DrawAsync(
        IMediaStore store, int? track, int page, bool isOriginal, CancellationToken cancellationToken)
    {
        var tracks = await StoredJson.LoadAsync<VideoTracks>(
            store, VideoObjects.Tracks, cancellationToken, StoredJson.Documents);
        var thumbnails = (await StoredJson.LoadAsync<List<TrackThumbnail>>(
            store, VideoObjects.Thumbnails, cancellationToken)).ToLookup(thumbnail => thumbnail.Track);
        List<VideoTrack> shown = track is { } id
            ? [.. tracks.Tracks.Where(known => known.Id == id)]
            : [.. tracks.Tracks.Skip((page - 1) * Rows).Take(Rows)];
        if (shown.Count == 0 && (track is not null || page > 1))
            return null;
        const int cell = TrackThumbnails.Side + Margin;
        using var sheet = new Mat(
            Margin + (Math.Max(1, shown.Count) * (cell + Caption)), Margin + (Columns * cell), MatType.CV_8UC3, Paper);
        foreach (var (row, of) in shown.Index())
        {
            foreach (var (column, thumbnail) in thumbnails[of.Id!.Value].Take(Columns).Index())
                Put(sheet, Margin + (column * cell), Margin + (row * (cell + Caption)), of, thumbnail, isOriginal);
        }

        return ImageEncoder.Encode(sheet, alpha: null, new ImageOutput(ImageFormat.Jpeg, Quality));
    }

    private static string Words(VideoTrack track) =>
        track.Action == TrackAction.Leave ? "left" : WireNames.Of(track.Evidence!.Value);

    /// <summary>Which face is meant.</summary>
    private static void Frame(Mat picture, Box box, Box part)
    {
        var scale = picture.Width / (double)part.Width;
        Cv2.Rectangle(
            picture, new Point((box.X - part.X) * scale, (box.Y - part.Y) * scale),
            new Point((box.X + box.Width - part.X) * scale, (box.Y + box.Height - part.Y) * scale), Line, thickness: 1,
            LineTypes.AntiAlias);
    }

    private void Put(Mat sheet, int left, int top, VideoTrack track, TrackThumbnail thumbnail, bool isOriginal)
    {
        using var picture = decoder.Decode(isOriginal ? thumbnail.Original : thumbnail.Treated);
        using var place = sheet.SubMat(new Rect(left, top, TrackThumbnails.Side, TrackThumbnails.Side));
        picture.Bgr.CopyTo(place);
        foreach (var box in thumbnail.Boxes)
            Frame(place, box, thumbnail.Part);
        var time = TimeSpan.FromSeconds(thumbnail.Seconds);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{track.Id} {Words(track)} {(int)time.TotalMinutes}:{time.Seconds:00}.{time.Milliseconds / 100}");
        Cv2.PutText(
            sheet, text, new Point(left, top + TrackThumbnails.Side + 15),
            HersheyFonts.HersheySimplex, Letters, Ink, thickness: 1, LineTypes.AntiAlias);
    }
}
