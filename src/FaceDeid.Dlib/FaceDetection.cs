using System.Runtime.InteropServices;

namespace FaceDeid.Dlib;

/// <summary>A point in pixels; (0, 0) is the picture's top left pixel. It may lie outside the picture.</summary>
/// <param name="X">Column.</param>
/// <param name="Y">Row.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DlibPoint(int X, int Y);

/// <summary>A rectangle in pixels, all four edges inclusive, as in dlib. It may reach beyond the picture.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Last column.</param>
/// <param name="Bottom">Last row.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DlibRectangle(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Columns: <c>Right - Left + 1</c>.</summary>
    public int Width => Right - Left + 1;

    /// <summary>Rows: <c>Bottom - Top + 1</c>.</summary>
    public int Height => Bottom - Top + 1;
}

/// <summary>A face as <see cref="FrontalFaceDetector"/> found it.</summary>
/// <param name="Box">Where, in pixels of the picture that was given (before any upsampling).</param>
/// <param name="Score">
/// How sure the detector is: the distance to its decision border, without a unit and without an upper end. Faces found at
/// threshold 0 score above 0, clear ones above 1.
/// </param>
/// <param name="SubDetector">
/// Which of dlib's five detectors found it: 0 looking at the camera, 1 left, 2 right, 3 tilted left, 4 tilted right.
/// </param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FaceDetection(DlibRectangle Box, double Score, int SubDetector);
