using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Faces.Detection;

namespace FaceDeid.Api.Faces;

/// <summary>The fields by which faces are found, shared by every call that looks for faces.</summary>
public abstract class DetectionForm
{
    /// <summary>
    /// The face detector. `auto`: every face that `hog`, `ultraFace`, or `yuNet` (where the operator put its file) finds, one box
    /// each, from the hairline to the chin. `ultraFace`: a CNN on the whole picture and on tiles of it, for faces from about 20
    /// pixels in pictures of any size. `hog`: dlib's frontal face detector. `haar`: OpenCV's cascade
    /// `haarcascade_frontalface_default`. `haarProfile`: its cascade for faces seen from the side. All but the last find faces
    /// from the front. With `compat=notebook`: `hog` (the default there) or `haar`.
    /// </summary>
    /// <example>auto</example>
    [DefaultValue(DetectorKind.Auto)]
    public DetectorKind? Detector { get; set; }

    /// <summary>
    /// Looks harder for faces that are tilted, lie on their side, or are upside down: the picture (reduced to at most 2560 pixels
    /// a side) is searched turned by 30, -30, 90, -90 and 180 degrees too; with `auto`, also for faces seen from the side. Takes
    /// six times the time and more, and finds more things that are no faces.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Thorough { get; set; }

    /// <summary>
    /// HOG only: how often the picture (reduced to at most 1600 pixels a side) is doubled before looking. The smallest face found
    /// is 80 pixels at 0, 40 at 1, 20 at 2, of the reduced picture; each step costs four times the time. By default 1 with `hog`,
    /// 0 with `auto`.
    /// </summary>
    [Range(0, 2)]
    public int? Upsample { get; set; }

    /// <summary>
    /// Haar only: ratio of one search window's size to the next (the picture is reduced to at most 1000 pixels a side).
    /// </summary>
    /// <example>1.1</example>
    [Range(1.05, 2.0)]
    [DefaultValue(DetectionOptions.DefaultScaleFactor)]
    public double? ScaleFactor { get; set; }

    /// <summary>
    /// Haar only: overlapping windows needed to call it a face; more means fewer false faces and more missed ones.
    /// </summary>
    /// <example>4</example>
    [Range(1, 20)]
    [DefaultValue(DetectionOptions.DefaultMinNeighbors)]
    public int? MinNeighbors { get; set; }

    /// <summary>Faces narrower or lower than this are left out, in pixels of the upright picture. 0: no bound.</summary>
    /// <example>0</example>
    [Range(0, 65_535)]
    [DefaultValue(0)]
    public int? MinFaceSize { get; set; }

    /// <summary>
    /// Faces scored lower are left out. HOG: dlib's detection confidence, default 0, doubtful faces are found down to -1. Haar:
    /// number of overlapping windows, default `minNeighbors`. UltraFace, YuNet, and these two in `auto`: 0.3 to 1, default 0.6.
    /// </summary>
    [Range(-1.0, 10_000.0)]
    public double? MinScore { get; set; }

    /// <summary>
    /// When a picture is damaged: pixels are missing, or its decoder warns that they may be. `error`: 422.
    /// `accept`: what the decoder shows
    /// of it is the picture, as viewers show it; `notes` then says `damaged`.
    /// Nothing can leak by it, since the answer is made of the same
    /// pixels. A file of which nothing can be shown is refused all the same.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(DamagePolicy.Error)]
    public DamagePolicy? OnDamage { get; set; }

    internal virtual DetectionOptions ToDetectionOptions()
    {
        var usual = new DetectionOptions();
        return new DetectionOptions
        {
            MinScore = MinScore,
            OnDamage = OnDamage ?? usual.OnDamage,
            Detector = Detector ?? usual.Detector,
            Thorough = Thorough ?? usual.Thorough,
            Upsample = Upsample,
            ScaleFactor = ScaleFactor ?? usual.ScaleFactor,
            MinNeighbors = MinNeighbors ?? usual.MinNeighbors,
            MinFaceSize = MinFaceSize ?? usual.MinFaceSize,
        };
    }
}
