using System.Buffers.Binary;
using static FaceDeid.Video.Media.Ebml;

namespace FaceDeid.Video.Media;

/// <summary>
/// Puts an index of its key frames in front of a Matroska or WebM that was written through a pipe (SeekHead and Cues, RFC 9559),
/// and says how long it is: without, browsers do not seek in it.
/// </summary>
internal sealed class MatroskaIndex
{
    private const uint SeekHead = 0x114D9B74, Seek = 0x4DBB, SeekId = 0x53AB, SeekPosition = 0x53AC, Segment = 0x18538067;
    private const uint Void = 0xEC, Info = 0x1549A966, Cluster = 0x1F43B675, Timestamp = 0xE7, SimpleBlock = 0xA3;
    private const uint BlockGroup = 0xA0, Block = 0xA1, Cues = 0x1C53BB6B, Cue = 0xBB, CueTime = 0xB3, CuePositions = 0xB7;
    private const uint CueTrack = 0xF7, CuePosition = 0xF1;
    private const byte FirstTrack = 0x81, IsKey = 0x80; // the picture's, as we write it
    private const int MostHead = 1 << 20;
    private const int Buffer = 128 << 10;

    private readonly Stream _file;
    private readonly List<(uint Id, byte[] Bytes)> _head = [];
    private readonly List<(long Time, long Cluster)> _keys = []; // from the first cluster
    private long _firstCluster;
    private readonly Dictionary<byte, (long Last, long Step)> _times = []; // by track

    private MatroskaIndex(Stream file) => _file = file;

    /// <summary>Writes a file again, with an index.</summary>
    /// <param name="file">Can seek.</param>
    /// <param name="target">Where to; not disposed.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">It is no Matroska of ours.</exception>
    public static async Task WriteAsync(Stream file, Stream target, CancellationToken cancellationToken)
    {
        var index = new MatroskaIndex(file);
        var front = await Task.Run(() => index.Front(cancellationToken), cancellationToken);
        await target.WriteAsync(front, cancellationToken);
        file.Position = index._firstCluster;
        await file.CopyToAsync(target, Buffer, cancellationToken);
    }

    /// <summary>All that stands before the first cluster.</summary>
    private byte[] Front(CancellationToken cancellationToken)
    {
        var ebml = Read(_file, 0);
        var segment = Read(_file, ebml.End);
        if (segment.Id != Segment)
            throw new InvalidDataException("No segment.");
        ReadHead(segment.Content);
        for (var at = _firstCluster; at < _file.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var element = Read(_file, at);
            if (element.Id == Cluster)
                ReadCluster(element);
            at = element.End;
        }

        SetDuration();
        byte[] head = [.. _head.SelectMany(element => element.Bytes)];
        // Numbers are of eight bytes, whatever they are: the first round says how long it all is.
        var (seeks, cues) = (SeekHeadOf(0).Length, CuesOf(0).Length);
        byte[] front = [.. SeekHeadOf(seeks), .. head, .. CuesOf(seeks + head.Length + cues)];
        return
        [
            .. Bytes(0, ebml.End), .. Id(Segment), .. Size(front.Length + _file.Length - _firstCluster), .. front,
        ];
    }

    private void ReadHead(long at)
    {
        while (Read(_file, at) is var element && element.Id != Cluster)
        {
            if (element.Id is not (SeekHead or Void))
                _head.Add((element.Id, Bytes(element.At, element.End)));
            at = element.End;
        }

        _firstCluster = at;
    }

    private void ReadCluster(EbmlElement cluster)
    {
        var time = 0L;
        for (var at = cluster.Content; at < cluster.End;)
        {
            var element = Read(_file, at);
            at = element.Id == BlockGroup ? element.Content : element.End; // the block is in it, and what else is passed over
            if (element.Id == Timestamp)
                time = Unsigned(Bytes(element.Content, element.End));
            if (element.Id is not (SimpleBlock or Block))
                continue;
            var head = Bytes(element.Content, element.Content + 4);
            var shown = time + BinaryPrimitives.ReadInt16BigEndian(head.AsSpan(1));
            _times[head[0]] = (shown, _times.TryGetValue(head[0], out var before) ? Math.Max(0, shown - before.Last) : 0);
            if (element.Id == SimpleBlock && head[0] == FirstTrack && (head[3] & IsKey) != 0)
                _keys.Add((shown, cluster.At - _firstCluster));
        }
    }

    private byte[] SeekHeadOf(long at)
    {
        List<byte> seeks = [];
        foreach (var (id, bytes) in _head.Append((Cues, [])))
        {
            seeks.AddRange(Element(Seek, [.. Element(SeekId, Id(id)), .. Number(SeekPosition, at)]));
            at += bytes.Length;
        }

        return Element(SeekHead, [.. seeks]);
    }

    private byte[] CuesOf(long firstCluster) => Element(Cues, [.. _keys.SelectMany(key => Element(
        Cue,
        [
            .. Number(CueTime, key.Time),
            .. Element(CuePositions, [.. Number(CueTrack, 1), .. Number(CuePosition, firstCluster + key.Cluster)]),
        ]))]);

    /// <summary>Until the last picture or sound ends; each lasts as long as the one before.</summary>
    private void SetDuration()
    {
        ReadOnlySpan<byte> duration = [0x44, 0x89, 0x88];
        var info = _head.Find(element => element.Id == Info).Bytes.AsSpan();
        if (info.IndexOf(duration) is >= 0 and var at)
        {
            BinaryPrimitives.WriteDoubleBigEndian(
                info[(at + duration.Length)..], _times.Values.Max(track => track.Last + track.Step));
        }
    }

    private byte[] Bytes(long from, long to)
    {
        if (to - from > MostHead)
            throw new InvalidDataException("A head of a Matroska is too long.");
        var bytes = new byte[to - from];
        _file.Position = from;
        _file.ReadExactly(bytes);
        return bytes;
    }
}
