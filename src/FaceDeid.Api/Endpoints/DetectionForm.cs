using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Detection;

namespace FaceDeid.Api.Endpoints;

/// <summary>The fields by which faces are found, shared by every call that looks for faces.</summary>
public abstract class DetectionForm
{
    /// <summary>
    /// The face detector. `hog`: dlib's frontal face detector, about ten times faster. `haar`: OpenCV's cascade
    /// `haarcascade_frontalface_default`. Both find upright frontal faces.
    /// </summary>
    /// <example>hog</example>
    [DefaultValue(DetectorKind.Hog)]
    public DetectorKind? Detector { get; set; }

    /// <summary>
    /// HOG only: how often the picture (reduced to at most 1600 pixels a side) is doubled before looking. The smallest face found is
    /// 80 pixels at 0, 40 at 1, 20 at 2, of the reduced picture; each step costs four times the time.
    /// </summary>
    /// <example>1</example>
    [Range(0, 2)]
    [DefaultValue(1)]
    public int? Upsample { get; set; }

    /// <summary>Haar only: ratio of one search window's size to the next (the picture is reduced to at most 1000 pixels a side).</summary>
    /// <example>1.1</example>
    [Range(1.05, 2.0)]
    [DefaultValue(1.1)]
    public double? ScaleFactor { get; set; }

    /// <summary>Haar only: overlapping windows needed to call it a face; more means fewer false faces and more missed ones.</summary>
    /// <example>4</example>
    [Range(1, 20)]
    [DefaultValue(4)]
    public int? MinNeighbors { get; set; }

    /// <summary>Faces narrower or lower than this are left out, in pixels of the upright picture. 0: no bound.</summary>
    /// <example>0</example>
    [Range(0, 65_535)]
    [DefaultValue(0)]
    public int? MinFaceSize { get; set; }

    /// <summary>
    /// Faces scored lower are left out. HOG: dlib's detection confidence, default 0, doubtful faces are found down to -1. Haar: number
    /// of overlapping windows, default `minNeighbors`.
    /// </summary>
    /// <example>0</example>
    [Range(-1.0, 10_000.0)]
    public double? MinScore { get; set; }

    internal virtual DetectionOptions ToDetectionOptions()
    {
        var options = new DetectionOptions { Detector = Detector ?? DetectorKind.Hog, MinScore = MinScore };
        return options with
        {
            Upsample = Upsample ?? options.Upsample,
            ScaleFactor = ScaleFactor ?? options.ScaleFactor,
            MinNeighbors = MinNeighbors ?? options.MinNeighbors,
            MinFaceSize = MinFaceSize ?? options.MinFaceSize,
        };
    }
}
