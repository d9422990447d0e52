namespace FaceDeid.Video.Spool;

/// <summary>
/// What lies on a disk or elsewhere of one job: named objects, written once, encrypted. An object is there when all of it was
/// written, or not at all. Thread-safe for different objects. Each call may fail with
/// <see cref="FaceDeidError.StorageUnavailable"/>.
/// </summary>
public interface IMediaStore
{
    /// <summary>
    /// Begins an object. It takes the place of one of this name when <see cref="SealedWriter.CompleteAsync"/> has returned, and
    /// is gone when it is disposed before.
    /// </summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>, here or while it is written.</exception>
    SealedWriter Create(string name);

    /// <summary>
    /// Opens an object, to be read from any place. One that is replaced or deleted meanwhile is read to its end as it was where
    /// it lies in a folder; else reading it fails.
    /// </summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.LostKey"/>, here or while it is read: it was not written with this key, or was altered.
    /// </exception>
    Stream OpenRead(string name);

    /// <summary>Whether an object is there.</summary>
    bool Exists(string name);

    /// <summary>Deletes an object, if it is there.</summary>
    void Delete(string name);
}

/// <summary>An object that is being written.</summary>
#pragma warning disable CA1710 // what it is to who has one: it writes, and is complete or gone
public abstract class SealedWriter : Stream
#pragma warning restore CA1710
{
    /// <summary>All was written: from now on the object is there.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellationToken);
}
