namespace FaceDeid.Contracts;

/// <summary>The forms of a de-identified collection.</summary>
public enum CollectionFormat
{
    /// <summary>application/zip.</summary>
    Zip,

    /// <summary>application/x-ndjson: progress, a line each, then the archive.</summary>
    Jsonl,

    /// <summary>text/event-stream: the same as server-sent events.</summary>
    Sse,
}
