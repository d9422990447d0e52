namespace FaceDeid.Contracts;

/// <summary>The forms of an evaluation.</summary>
public enum EvaluateFormat
{
    /// <summary>application/json: the report.</summary>
    Json,

    /// <summary>text/html: the report as a page that needs nothing else.</summary>
    Html,

    /// <summary>image/png: the curves of the attacks.</summary>
    Png,

    /// <summary>application/zip: all three.</summary>
    Zip,

    /// <summary>application/x-ndjson: progress, a line each, then the report.</summary>
    Jsonl,

    /// <summary>text/event-stream: the same as server-sent events.</summary>
    Sse,
}
