using System.Data.Common;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// The jobs there are, beyond the end of the process. Each change says from which states it may be made: so two that come at the
/// same time do not undo each other. Thread-safe.
/// </summary>
internal sealed class JobTable
{
    private const string There = "deleted IS NULL";
    private const string Running = $"{There} AND state IN ('Analysing', 'Rendering')";
    private const string Unfinished = $"{There} AND state IN ('Receiving', 'Queued', 'Analysing', 'Review', 'Rendering')";
    private const string Resting = $"{There} AND state IN ('Review', 'Done', 'Failed', 'Cancelled')"; // till its time is over

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private readonly JobDatabase _database;
    private readonly TimeProvider _time;

    /// <summary>Opens the table, also one of an earlier version.</summary>
    public JobTable(JobDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        var number = database.Number;
        using var alone = database.LockSchema();
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS jobs (
                sequence {database.Sequence}, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, owner TEXT NOT NULL,
                state TEXT NOT NULL, created {number} NOT NULL, queued {number}, started {number}, ended {number},
                expires {number}, retention {number} NOT NULL DEFAULT 0, phase TEXT, phase_began {number},
                phase_from {number}, progressed {number}, done {number} NOT NULL DEFAULT 0, total {number} NOT NULL DEFAULT 0,
                faces {number} NOT NULL DEFAULT 0, warnings TEXT NOT NULL DEFAULT '', error TEXT,
                attempts {number} NOT NULL DEFAULT 0, version {number} NOT NULL DEFAULT 1, retry_key TEXT UNIQUE,
                deleted {number})
            """);
        database.AddColumn("jobs", "input", "TEXT"); // the object with what a person changed last; null: nothing
        database.AddColumn("jobs", "webhook", "TEXT"); // who is told of it; null: nobody, or nobody any more
        database.AddColumn("jobs", "notified", "TEXT"); // the last thing that was told, by its name
        database.AddColumn("jobs", "runner", "TEXT"); // who works on it: what another says of it does not count any more
        database.Execute("CREATE INDEX IF NOT EXISTS jobs_of_state ON jobs (state)");
        database.Execute("CREATE INDEX IF NOT EXISTS jobs_of_owner ON jobs (owner, sequence)");
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds a job that is being received; false: too many are received or wait.</summary>
    public bool Add(string id, string kind, string owner, int most) => _database.Execute(
        $"""
        INSERT INTO jobs (id, kind, owner, state, created) SELECT @id, @kind, @owner, 'Receiving', @now
        WHERE (SELECT COUNT(*) FROM jobs WHERE {There} AND state IN ('Receiving', 'Queued')) < @most
        """,
        ("@id", id), ("@kind", kind), ("@owner", owner), ("@now", Now), ("@most", most)) == 1;

    /// <summary>
    /// A job is complete, and waits for its turn; false: it was cancelled or deleted meanwhile, or another has its retry key.
    /// </summary>
    public bool Queue(string id, int retentionSeconds, string? retryKey, string? webhook)
    {
        try
        {
            return Change(
                id, $"{There} AND state = 'Receiving'",
                "state = 'Queued', queued = @now, retention = @retention, retry_key = @key, webhook = @webhook",
                ("@retention", retentionSeconds * 1000L), ("@key", retryKey), ("@webhook", webhook));
        }
        catch (DbException e) when (_database.IsDuplicate(e))
        {
            return false;
        }
    }

    /// <summary>Forgets a job of which nothing came.</summary>
    public void Remove(string id) => _database.Execute("DELETE FROM jobs WHERE id = @id", ("@id", id));

    /// <summary>The work begins, or begins again; null: it is not to be done any more.</summary>
    /// <param name="id">The job.</param>
    /// <param name="runner">Who works on it from now on.</param>
    public JobRow? Begin(string id, string runner) => Change(
        id, $"{There} AND state IN ('Queued', 'Analysing', 'Rendering')",
        "state = CASE state WHEN 'Queued' THEN 'Analysing' ELSE state END, attempts = attempts + 1, "
        + "started = COALESCE(started, @now), runner = @runner",
        ("@runner", runner))
        ? Find(id)
        : null;

    /// <summary>The work was interrupted by the end of the service: that was no attempt.</summary>
    public void Interrupt(JobRow run) => ChangeOf(run, "attempts = attempts - 1");

    /// <summary>
    /// Notes what the work does now; false: it is not to be done any more. A job that waits for a person is not kept for ever.
    /// </summary>
    public bool SetState(JobRow run, JobState state) => ChangeOf(
        run, "state = @state, expires = CASE @state WHEN 'Review' THEN @now + retention END", ("@state", $"{state}"));

    /// <summary>
    /// A person has looked at it, or changed what was done: it waits for its turn again. False: somebody was faster, or there is
    /// nothing to be changed.
    /// </summary>
    /// <param name="id">The job.</param>
    /// <param name="before">The input that the person knew; null: none.</param>
    /// <param name="input">The object with what was changed.</param>
    public bool Revise(string id, string? before, string input) => Change(
        id, $"{There} AND state IN ('Review', 'Done') AND COALESCE(input, '') = @before",
        "state = 'Queued', input = @input, queued = @now, started = NULL, ended = NULL, expires = NULL, attempts = 0, "
        + "phase = NULL, runner = NULL, warnings = '', error = NULL",
        ("@before", before ?? string.Empty), ("@input", input));

    /// <summary>Notes how far the work is; false: it is not to be done any more, or by another.</summary>
    public bool Report(JobRow run, string phase, int done, int total, int faces) => ChangeOf(
        run,
        "phase_began = CASE WHEN phase IS NOT DISTINCT FROM @phase THEN phase_began ELSE @now END, "
        + "phase_from = CASE WHEN phase IS NOT DISTINCT FROM @phase THEN phase_from ELSE @done END, "
        + "progressed = @now, phase = @phase, done = @done, total = @total, faces = @faces",
        ("@phase", phase), ("@done", done), ("@total", total), ("@faces", faces));

    /// <summary>Adds warnings.</summary>
    public void Warn(JobRow run, IEnumerable<string> codes) =>
        ChangeOf(run, "warnings = @codes", ("@codes", string.Join(',', codes)));

    /// <summary>The work is done; false: it was cancelled or deleted before, or another does it.</summary>
    public bool Complete(JobRow run) => ChangeOf(run, "state = 'Done', ended = @now, expires = @now + retention");

    /// <summary>The job has failed; false: it was cancelled or deleted before, or another works on it.</summary>
    /// <param name="job">The job, as who worked on it knew it.</param>
    /// <param name="error">Code of the reason.</param>
    public bool Fail(JobRow job, string error) => Change(
        job.Id, $"({Unfinished} OR {There} AND state = 'Done') AND COALESCE(runner, '') = @runner",
        $"state = 'Failed', error = @error, ended = @now, expires = @now + retention{(error is "lost_key" ? FreeKey : "")}",
        ("@error", error), ("@runner", job.Runner ?? string.Empty));

    /// <summary>What a person asked for has failed: the person may ask for something else.</summary>
    /// <returns>False: the job was cancelled or deleted before, or another works on it.</returns>
    /// <inheritdoc cref="Fail"/>
    public bool GiveBack(JobRow job, string error) => ChangeOf(
        job, "state = 'Review', error = @error, phase = NULL, expires = @now + retention", ("@error", error));

    /// <summary>Stops a job; false: it has ended already.</summary>
    public bool Cancel(string id) => Change(
        id, Unfinished, $"state = 'Cancelled', ended = @now, expires = @now + retention{FreeKey}{TellNobody}");

    /// <summary>Deletes a job but for its name.</summary>
    public void Delete(string id) => Change(id, There, $"deleted = @now{FreeKey}{TellNobody}");

    /// <summary>The job of a name.</summary>
    public JobRow? Find(string id) => Select("id = @id", 1, ("@id", id)).SingleOrDefault();

    /// <summary>The job that was sent with a retry key.</summary>
    public JobRow? FindByRetryKey(string key) => Select("retry_key = @key", 1, ("@key", key)).SingleOrDefault();

    /// <summary>Jobs, the newest first.</summary>
    /// <param name="kinds">Of these kinds.</param>
    /// <param name="owner">Whose; null: everybody's.</param>
    /// <param name="before">Those older than this one; null: all.</param>
    /// <param name="most">How many.</param>
    public IReadOnlyList<JobRow> List(IEnumerable<JobKind> kinds, string? owner, string? before, int most) => Select(
        $"{There} AND state <> 'Expired' AND kind IN ({string.Join(',', kinds.Select(kind => $"'{WireNames.Of(kind)}'"))}) "
        + (owner is null ? "" : "AND owner = @owner ")
        + (before is null ? "" : "AND sequence < (SELECT sequence FROM jobs WHERE id = @before) ") + "ORDER BY sequence DESC",
        most, ("@owner", owner), ("@before", before));

    /// <summary>The jobs in some states, the oldest first.</summary>
    public IReadOnlyList<JobRow> In(params IEnumerable<JobState> states) => In(int.MaxValue, states);

    /// <summary>The jobs that are to be worked on, the oldest first.</summary>
    /// <param name="most">How many.</param>
    public IReadOnlyList<JobRow> ToDo(int most = int.MaxValue) =>
        In(most, [JobState.Queued, JobState.Analysing, JobState.Rendering]);

    /// <summary>The jobs whose time is over.</summary>
    public IReadOnlyList<JobRow> Overdue() => Select($"{Resting} AND expires <= @now", int.MaxValue, ("@now", Now));

    /// <summary>Notes that a job was deleted because its time was over.</summary>
    public bool Expire(string id) => Change(id, Resting, $"state = 'Expired'{FreeKey}");

    /// <summary>What receivers were not told yet, the oldest job first.</summary>
    /// <param name="id">Of this job; null: of all.</param>
    public IReadOnlyList<JobNotice> Notices(string? id) =>
    [
        .. _database.Query(
            $"""
            SELECT id, kind, state, warnings, webhook, notified,
                CASE state WHEN 'Review' THEN expires - retention WHEN 'Expired' THEN expires ELSE ended END
            FROM jobs WHERE {There} AND webhook IS NOT NULL AND (@id IS NULL OR id = @id)
                AND state IN ({string.Join(',', JobNotice.States.Select(state => $"'{state}'"))}) ORDER BY sequence
            """,
            row => (
                Notice: new JobNotice(
                    row.GetString(0), row.GetString(1), Enum.Parse<JobState>(row.GetString(2)), Codes(row.GetString(3)),
                    new Uri(row.GetString(4)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6))),
                Last: row.IsDBNull(5) ? null : row.GetString(5)),
            ("@id", id))
            .Where(row => !string.Equals(row.Notice.Id, row.Last, StringComparison.Ordinal)).Select(row => row.Notice),
    ];

    /// <summary>Notes that a receiver was told, or will not be. Of a job that has expired nothing more is to tell.</summary>
    public void Notified(JobNotice notice) => _database.Execute(
        $"UPDATE jobs SET notified = @notice{(notice.State == JobState.Expired ? TellNobody : "")} WHERE id = @id",
        ("@id", notice.Job), ("@notice", notice.Id));

    /// <summary>Forgets the names of jobs that are gone for long.</summary>
    public void Forget() => _database.Execute(
        "DELETE FROM jobs WHERE deleted < @then OR (state = 'Expired' AND expires < @then)",
        ("@then", (_time.GetUtcNow() - Remembered).ToUnixTimeMilliseconds()));

    /// <summary>How many jobs are in each state.</summary>
    public IReadOnlyList<(JobState State, int Count)> Counts() => _database.Query(
        $"SELECT state, COUNT(*) FROM jobs WHERE {There} GROUP BY state",
        row => (Enum.Parse<JobState>(row.GetString(0)), row.GetInt32(1)));

    private const string FreeKey = ", retry_key = NULL";
    private const string TellNobody = ", webhook = NULL";

    /// <summary>What who works on a job says of it.</summary>
    private bool ChangeOf(JobRow run, string set, params (string Name, object? Value)[] values) =>
        Change(run.Id, $"{Running} AND runner = @runner", set, [("@runner", run.Runner), .. values]);

    private bool Change(string id, string where, string set, params (string Name, object? Value)[] values) => _database.Execute(
        $"UPDATE jobs SET version = version + 1, {set} WHERE id = @id AND {where}", [("@id", id), ("@now", Now), .. values]) == 1;

    private IReadOnlyList<JobRow> Select(string where, int most, params (string Name, object? Value)[] values) => _database.Query(
        $"""
        SELECT id, kind, owner, state, created, queued, started, ended, expires, phase, done, total, faces,
            phase_began, phase_from, progressed, warnings, error, attempts, version, deleted,
            input, runner
        FROM jobs WHERE {where} LIMIT @most
        """,
        Read, [.. values, ("@most", most)]);

    private IReadOnlyList<JobRow> In(int most, IEnumerable<JobState> states) => Select(
        $"{There} AND state IN ({string.Join(',', states.Select(state => $"'{state}'"))}) ORDER BY sequence", most);

    private static string[] Codes(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static JobRow Read(DbDataReader row)
    {
        var (done, total) = (row.GetInt32(10), row.GetInt32(11));
        return new JobRow(
            row.GetString(0), row.GetString(1), row.GetString(2), Enum.Parse<JobState>(row.GetString(3)), Time(4)!.Value,
            Time(5), Time(6), Time(7), Time(8), Text(9), done, total, row.GetInt32(12), SecondsLeft(),
            Codes(row.GetString(16)), Text(17), row.GetInt32(18), row.GetInt64(19),
            !row.IsDBNull(20), Text(21), Text(22));

        DateTimeOffset? Time(int column) =>
            row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        double? SecondsLeft()
        {
            if (row.IsDBNull(13) || total == 0 || row.GetInt32(14) is var from && done <= from)
                return null;
            var took = (row.GetInt64(15) - row.GetInt64(13)) / 1000.0;
            return Math.Round(took / (done - from) * (total - done), 1);
        }
    }
}
