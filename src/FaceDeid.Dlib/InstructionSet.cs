namespace FaceDeid.Dlib;

/// <summary>
/// Which build of the detector's arithmetic is used. All find the same faces, with scores that are equal to the last bit.
/// </summary>
public enum InstructionSet
{
    /// <summary>The quickest that this processor has.</summary>
    Best = 0,

    /// <summary>x86-64 as it began: SSE2.</summary>
    Baseline = 1,

    /// <summary>AVX2.</summary>
    Avx2 = 2,

    /// <summary>AVX-512 F, BW, DQ and VL.</summary>
    Avx512 = 3,
}
