using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Detection;

namespace FaceDeid.Api.Endpoints;

/// <summary>How closely the original notebook is followed.</summary>
public enum Compatibility
{
    /// <summary>The picture keeps its size and shape; colour profiles are applied.</summary>
    None,

    /// <summary>The notebook's steps to the last bit: 300 x 300 pixels, Haar (1.1, 4), HOG with one upsampling.</summary>
    Notebook,
}

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

    /// <summary>
    /// `notebook` gives exactly the original notebook's results: the picture is squeezed to 300 x 300 pixels, and boxes, points and
    /// pictures are in that square, and overlay and merge take the first face only. Fields that the notebook fixes may then not be given
    /// another value.
    /// </summary>
    /// <example>none</example>
    [DefaultValue(Compatibility.None)]
    public Compatibility? Compat { get; set; }

    internal DetectionOptions ToDetectionOptions()
    {
        var detector = Detector ?? DetectorKind.Hog;
        if (Compat == Compatibility.Notebook)
        {
            var notebook = DetectionOptions.Notebook(detector);
            RefuseOther(Upsample, notebook.Upsample, nameof(Upsample));
            RefuseOther(ScaleFactor, notebook.ScaleFactor, nameof(ScaleFactor));
            RefuseOther(MinNeighbors, notebook.MinNeighbors, nameof(MinNeighbors));
            RefuseOther(MinFaceSize, notebook.MinFaceSize, nameof(MinFaceSize));
            RefuseOther(MinScore, 0.0, nameof(MinScore));
            return notebook;
        }

        var options = new DetectionOptions { Detector = detector, MinScore = MinScore };
        return options with
        {
            Upsample = Upsample ?? options.Upsample,
            ScaleFactor = ScaleFactor ?? options.ScaleFactor,
            MinNeighbors = MinNeighbors ?? options.MinNeighbors,
            MinFaceSize = MinFaceSize ?? options.MinFaceSize,
        };
    }

    /// <summary>Refuses a value that <c>compat=notebook</c> fixes at another.</summary>
    private protected static void RefuseOther<T>(T? given, T fixedValue, string property)
        where T : struct
    {
        if (given is { } value && !value.Equals(fixedValue))
            throw FormBinder.Invalid(FormBinder.FieldName(property), $"is fixed at {FormBinder.FieldName(fixedValue.ToString()!)} by compat=notebook. Leave one of the two out.");
    }
}
