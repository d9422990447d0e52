using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace FaceDeid.Video.Spool;

/// <summary>
/// Where recordings lie while they are worked on: in a folder, or another store, encrypted under the job's own key. Thread-safe.
/// </summary>
public sealed partial class MediaSpool : IDisposable
{
    private const string KeyEntry = "key~"; // no object's name
    private const int LongestKey = 256; // bytes of a wrapped key, with room
    private const int Locks = 64;

    private readonly IEntryStore _store;
    private readonly long _maxBytes;
    private readonly WrappingKeys? _wrapping;
    private readonly ConcurrentDictionary<string, JobKey> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _newest = new(StringComparer.Ordinal); // wrapped under the first key
    private readonly Lock[] _moving = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private long _used;
    private long _written; // of it, by entries that are not in their places yet

    /// <summary>Takes a folder, and clears away what a process that was killed had not finished.</summary>
    /// <param name="folder">Where; it is made if it is not there.</param>
    /// <param name="maxBytes">Most bytes of all jobs together.</param>
    /// <param name="wrapping">Keeps keys beyond the process; null: they are in memory only. Owned by this object.</param>
    /// <param name="isShared">Whether several machines have the folder.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the folder cannot be used, or another process has it.
    /// </exception>
    public MediaSpool(string folder, long maxBytes, WrappingKeys? wrapping, bool isShared = false)
        : this(new FolderStore(folder, isShared), maxBytes, wrapping)
    {
    }

    /// <summary>Takes a store.</summary>
    /// <param name="store">Where entries lie; owned by this object.</param>
    /// <param name="maxBytes">Most bytes of all jobs together.</param>
    /// <param name="wrapping">Keeps keys beyond the process; null: they are in memory only. Owned by this object.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public MediaSpool(IEntryStore store, long maxBytes, WrappingKeys? wrapping)
    {
        (_store, _maxBytes, _wrapping) = (store, maxBytes, wrapping);
        _used = store.Measure();
    }

    /// <summary>What is said of a job that cannot be opened.</summary>
    public static string LostKeyText => SealedFormat.LostKeyText;

    /// <summary>What is said where the disk has no room.</summary>
    public static FaceDeidException Full(Exception inner) => SealedFormat.SpoolFull(inner);

    /// <summary>
    /// Bytes of all jobs, those under way here included. What other processes did is known after <see cref="Refresh"/>.
    /// </summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Whether not a byte more fits.</summary>
    public bool IsFull => UsedBytes >= _maxBytes;

    /// <summary>Whether jobs can be read when the process was restarted.</summary>
    public bool KeepsKeys => _wrapping is not null;

    /// <summary>
    /// What tells the operator's keys from others, and nothing else of them: the one that wraps first. Empty: there are none.
    /// </summary>
    public IReadOnlyList<string> KeyFingerprints =>
        [.. (_wrapping?.All ?? []).Select(key => Convert.ToHexStringLower(key.Fingerprint.Span))];

    /// <summary>The jobs that have something here.</summary>
    public IReadOnlyList<string> Jobs => _store.Jobs();

    /// <summary>Begins a job, under a new key.</summary>
    /// <param name="job">Its id: 1 to 64 letters in lower case, digits and hyphens.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.SpoolFull"/>, <see cref="FaceDeidError.StorageUnavailable"/>.
    /// </exception>
    public IMediaStore Create(string job)
    {
        CheckId(job);
        lock (LockOf(job)) // until its key lies somewhere: before, it would be taken for one that others have deleted
        {
#pragma warning disable IDISP001 // the dictionary's, or disposed of here
            var key = JobKey.Create();
#pragma warning restore IDISP001
            if (!_keys.TryAdd(job, key))
            {
                key.Dispose();
                throw new ArgumentException("The job is there already.", nameof(job));
            }

            try
            {
                _store.Begin(job);
                if (_wrapping is not null)
                    WriteKey(job, key, _wrapping);
            }
            catch (IOException e)
            {
                Delete(job);
                throw SealedFormat.SpoolFull(e);
            }
            catch
            {
                Forget(job);
                throw;
            }

            return new JobStore(this, _store, job, key);
        }
    }

    /// <summary>Opens a job.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.LostKey"/>: its key was in memory only, or is wrapped by another key, or the job is not there.
    /// <see cref="FaceDeidError.StorageUnavailable"/>.
    /// </exception>
    public IMediaStore Open(string job)
    {
        CheckId(job);
        lock (LockOf(job)) // not while it is deleted: its key would come back
        {
#pragma warning disable IDISP001 // the dictionary's
            if (!_keys.TryGetValue(job, out var key))
                _keys[job] = key = ReadKey(job) ?? throw SealedFormat.LostKey();
#pragma warning restore IDISP001
            return new JobStore(this, _store, job, key);
        }
    }

    /// <summary>Whether the key of a job is there.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public bool CanOpen(string job)
    {
        try
        {
            _ = Open(job);
            return true;
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.LostKey)
        {
            return false;
        }
    }

    /// <summary>Deletes the objects of a job but for some.</summary>
    public void Clear(string job, params IReadOnlyCollection<string> kept)
    {
        CheckId(job);
        lock (LockOf(job))
            Remove(job, entry => entry is not KeyEntry && !kept.Contains(entry, StringComparer.Ordinal));
    }

    /// <summary>Deletes a job with its key and all of its objects, if it is there.</summary>
    public void Delete(string job)
    {
        CheckId(job);
        lock (LockOf(job))
        {
            Forget(job);
            // The key first: should the rest be interrupted, nobody can read it.
            Remove(job, entry => entry is KeyEntry);
            Remove(job, _ => true);
            _store.DeleteAll(job); // with entries under way, whose bytes their writers give back
        }
    }

    /// <summary>
    /// Looks at what others may have changed, and clears away what dead processes left half written. It costs a listing of all
    /// that lies in a shared store, and is done every few minutes.
    /// </summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public void Refresh()
    {
        if (!_store.IsShared)
            return;
        _store.ClearAbandoned();
        ForgetDeleted();
        Interlocked.Exchange(ref _used, _store.Measure() + Interlocked.Read(ref _written));
    }

    /// <summary>
    /// Wraps keys anew that lie under another than the operator's first key. Without such there is nothing to do, and nothing is
    /// read twice.
    /// </summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public KeyRotation RotateKeys()
    {
        var (rewrapped, lost) = (0, 0);
        if (_wrapping is { All.Count: > 1 })
        {
            var jobs = Jobs;
            foreach (var job in jobs.Where(job => Id().IsMatch(job) && !_newest.ContainsKey(job)))
            {
                lock (LockOf(job))
                {
                    if (ReadWrapped(job) is not { } wrapped)
                        continue;
                    using var key = JobKey.Unwrap(wrapped, job, _wrapping);
                    if (key is null)
                        lost++;
                    else if (JobKey.IsUnder(wrapped, _wrapping.First))
                        _newest[job] = true;
                    else
                    {
                        WriteKey(job, key, _wrapping);
                        rewrapped++;
                    }
                }
            }

            foreach (var gone in _newest.Keys.Except(jobs, StringComparer.Ordinal))
                _newest.TryRemove(gone, out _);
        }

        return new KeyRotation(_wrapping is { All.Count: > 1 }, rewrapped, lost);
    }

    /// <summary>Forgets all keys; what is stored stays.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        _wrapping?.Dispose();
        _store.Dispose();
    }

    internal void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > _maxBytes)
        {
            Interlocked.Add(ref _used, -bytes);
            throw SealedFormat.SpoolFull();
        }

        Interlocked.Add(ref _written, bytes);
    }

    internal void Place(string job, JobKey key, IEntryWriter entry, long taken)
    {
        lock (LockOf(job))
        {
            if (key.IsGone)
                throw new IOException("The job was deleted.");
            Interlocked.Add(ref _used, -entry.Place());
            Interlocked.Add(ref _written, -taken);
        }
    }

    internal void Abandon(string job, IEntryWriter entry, long taken)
    {
        lock (LockOf(job))
            entry.Dispose();
        Interlocked.Add(ref _used, -taken);
        Interlocked.Add(ref _written, -taken);
    }

    internal void Remove(string job, string name)
    {
        lock (LockOf(job))
        {
            if (_store.LengthOf(job, name) is not { } length)
                return;
            _store.Delete(job, [name]);
            Interlocked.Add(ref _used, -length);
        }
    }

    private void Remove(string job, Predicate<string> which)
    {
        var entries = _store.List(job).Where(entry => which(entry.Name)).ToList();
        _store.Delete(job, [.. entries.Select(entry => entry.Name)]);
        Interlocked.Add(ref _used, -entries.Sum(entry => entry.Length));
    }

    private void Forget(string job)
    {
        if (_keys.TryRemove(job, out var key))
            key.Dispose();
    }

    /// <summary>Forgets the keys of jobs that others have deleted.</summary>
    private void ForgetDeleted()
    {
        if (_wrapping is null)
            return;
        foreach (var job in _keys.Keys.Except(_store.Jobs(), StringComparer.Ordinal))
        {
            lock (LockOf(job))
            {
                if (_store.LengthOf(job, KeyEntry) is null)
                    Forget(job);
            }
        }
    }

    private void WriteKey(string job, JobKey key, WrappingKeys wrapping)
    {
        using var entry = _store.Create(job, KeyEntry);
        var wrapped = key.Wrap(job, wrapping.First);
        entry.Write(wrapped);
        entry.Finish();
        Interlocked.Add(ref _used, wrapped.Length - entry.Place());
        _newest[job] = true;
    }

    private JobKey? ReadKey(string job) =>
        _wrapping is not null && ReadWrapped(job) is { } wrapped ? JobKey.Unwrap(wrapped, job, _wrapping) : null;

    private byte[]? ReadWrapped(string job)
    {
        try
        {
            using var entry = _store.OpenRead(job, KeyEntry);
            var wrapped = new byte[Math.Min(entry.Length, LongestKey)];
            return wrapped[..entry.ReadAt(wrapped, 0)];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private Lock LockOf(string job) => _moving[(uint)StringComparer.Ordinal.GetHashCode(job) % Locks];

    private static void CheckId(string job)
    {
        if (!Id().IsMatch(job))
            throw new ArgumentException("No id of a job.", nameof(job));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}

/// <summary>What became of keys of jobs that were wrapped under one of the operator's older keys.</summary>
/// <param name="Older">Whether there are older keys.</param>
/// <param name="Rewrapped">How many are under the first key now.</param>
/// <param name="Lost">How many open with none of the keys.</param>
public readonly record struct KeyRotation(bool Older, int Rewrapped, int Lost);
