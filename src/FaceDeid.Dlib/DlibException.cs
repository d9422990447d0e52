namespace FaceDeid.Dlib;

/// <summary>What kind of failure a <see cref="DlibException"/> reports.</summary>
public enum DlibError
{
    /// <summary>No kind was given.</summary>
    None = 0,

    /// <summary>An argument that dlib cannot work with.</summary>
    InvalidArgument = 1,

    /// <summary>Native memory ran out.</summary>
    OutOfMemory = 2,

    /// <summary>A model file does not exist or cannot be read.</summary>
    FileUnreadable = 3,

    /// <summary>A model file is truncated, damaged or of another kind.</summary>
    CorruptModel = 4,

    /// <summary>An error inside dlib.</summary>
    Internal = 5,

    /// <summary>The native library beside this assembly is of another version.</summary>
    VersionMismatch = 6,
}

/// <summary>A native call failed. The message says why and never contains pixels.</summary>
public sealed class DlibException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DlibException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public DlibException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public DlibException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with its kind and a message.</summary>
    public DlibException(DlibError error, string message)
        : base(message) => Error = error;

    /// <summary>What kind of failure it is.</summary>
    public DlibError Error { get; }
}
