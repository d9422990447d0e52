using System.ComponentModel;
using FaceDeid.Api.Forms;
using FaceDeid.Faces.Detection;

namespace FaceDeid.Api.Faces;

/// <summary>How closely the original notebook is followed.</summary>
public enum Compatibility
{
    /// <summary>The picture keeps its size and shape; colour profiles are applied.</summary>
    None,

    /// <summary>The notebook's steps to the last bit: 300 x 300 pixels, Haar (1.1, 4), HOG with one upsampling.</summary>
    Notebook,
}

/// <summary>The fields by which faces are found, in the calls that can also follow the notebook.</summary>
public abstract class NotebookDetectionForm : DetectionForm
{
    /// <summary>
    /// `notebook` gives exactly the original notebook's results: the picture is squeezed to 300 x 300 pixels, and boxes, points
    /// and pictures are in that square, and overlay and merge take the first face only. Fields that the notebook fixes may then
    /// not be given another value.
    /// </summary>
    /// <example>none</example>
    [DefaultValue(Compatibility.None)]
    public Compatibility? Compat { get; set; }

    internal override DetectionOptions ToDetectionOptions()
    {
        if (Compat != Compatibility.Notebook)
            return base.ToDetectionOptions();

        if (Detector is not (null or DetectorKind.Hog or DetectorKind.Haar))
            throw FormBinder.Invalid("detector", "must be hog or haar with compat=notebook: the notebook knew no others.");
        var notebook = DetectionOptions.Notebook(Detector ?? DetectorKind.Hog);
        RefuseOther(Thorough, notebook.Thorough, nameof(Thorough));
        RefuseOther(Upsample, notebook.Upsample ?? 0, nameof(Upsample));
        RefuseOther(ScaleFactor, notebook.ScaleFactor, nameof(ScaleFactor));
        RefuseOther(MinNeighbors, notebook.MinNeighbors, nameof(MinNeighbors));
        RefuseOther(MinFaceSize, notebook.MinFaceSize, nameof(MinFaceSize));
        RefuseOther(MinScore, 0.0, nameof(MinScore));
        return notebook with { OnDamage = OnDamage ?? notebook.OnDamage };
    }

    /// <summary>Refuses a value that <c>compat=notebook</c> fixes at another.</summary>
    private protected static void RefuseOther<T>(T? given, T fixedValue, string property)
        where T : struct
    {
        if (given is { } value && !value.Equals(fixedValue))
        {
            throw FormBinder.Invalid(
                WireNames.OfProperty(property),
                $"is fixed at {WireNames.OfProperty(fixedValue.ToString()!)} by compat=notebook. Leave one of the two out.");
        }
    }
}
