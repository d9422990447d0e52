using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using Quartz;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Says when which job runs: Quartz, with its own database, so that a job which was cut off is begun again. Jobs run in the order
/// in which they came.
/// </summary>
internal sealed class JobSchedule : IAsyncDisposable
{
    private const string Work = "work";
    private const string Jobs = "jobs";
    private const string Sweep = "sweep";
    private const string Webhooks = "webhooks";
    private const string Job = "job";
    private const string Tries = "tries";
    private const int StatementSeconds = 10; // machines wait for each other's changes of the schedule
    private const int NextUp = 100; // jobs that a sweep looks after: what comes later has time
    private const int ToldAtOnce = 4; // receivers: a slow one does not keep the others waiting

    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan SignsLate = TimeSpan.FromSeconds(5); // longer than a machine goes on that is cut off
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EverLate = TimeSpan.FromDays(30); // a job that waits for long keeps its place in the queue

    private readonly IScheduler _scheduler;

    private JobSchedule(IScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Opens the schedule; nothing runs before it is started.</summary>
    /// <param name="database">The database of the jobs, which says when nobody else makes tables.</param>
    /// <param name="connection">Its database in PostgreSQL; empty: it is a file.</param>
    /// <param name="file">Its database in SQLite.</param>
    /// <param name="atOnce">How many jobs run at once.</param>
    /// <param name="services">What jobs are made with.</param>
    public static async Task<JobSchedule> OpenAsync(
        JobDatabase database, string connection, string file, int atOnce, Action<IServiceCollection> services)
    {
        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            services(quartz.Services);
            quartz.ConfigureScheduler(options =>
            {
                // In one process no two have one name, and the database remembers it. Machines that share one have one name.
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
                options.InstanceName = connection.Length > 0 ? "FaceDeid" : $"FaceDeid-{hash[..16]}";
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(atOnce + ToldAtOnce + 1); // a place for the sweep
            quartz.UseExecutionLimits(limits => limits.ForGroup(Work, atOnce).ForGroup(Webhooks, ToldAtOnce));
            quartz.UsePersistentStore(store =>
            {
                if (connection.Length > 0)
                {
                    store.UsePostgres(NpgsqlFactory.Instance, PostgresDatabase.Limited(connection, StatementSeconds));
                    store.UseClustering(cluster =>
                        (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (BetweenSigns, SignsLate));
                }
                else
                {
                    store.UseSqlite(SqliteFactory.Instance, SqliteDatabase.ConnectionString(file));
                }

                store.ProvisionSchema();
                store.ConfigureStore(options => options.MisfireThreshold = EverLate);
            });
        });
        using var alone = database.LockSchema();
        return new JobSchedule(await builder.BuildScheduler());
    }

    /// <summary>Begins.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _scheduler.ScheduleJob(
            JobBuilder.Create<SweepJob>().WithIdentity(Sweep).Build(),
            TriggerBuilder.Create().WithIdentity(Sweep).StartNow()
                .WithSchedule(SimpleScheduleBuilder.Create().WithInterval(BetweenSweeps).RepeatForever()).Build(),
            new ScheduleJobOptions { Replace = true }, cancellationToken);
        await _scheduler.Start(cancellationToken);
    }

    /// <summary>Adds jobs behind those that wait; one that is there stays where it is.</summary>
    public Task AddAsync(params IReadOnlyCollection<JobRow> jobs) => AddAsync(_scheduler, jobs);

    /// <summary>Begins to tell receivers; what is being told already goes on at its own pace.</summary>
    public Task NotifyAsync(IReadOnlyCollection<JobNotice> notices) => NotifyAsync(_scheduler, notices);

    /// <summary>Takes a job out, and tells it to stop where it runs.</summary>
    public async Task RemoveAsync(JobRow job)
    {
        var key = KeyOf(job);
        await _scheduler.Interrupt(key);
        try
        {
            await _scheduler.DeleteJob(key);
        }
        catch (SchedulerException)
        {
            // It has just ended by itself, and taken its trigger along. A job that is left over is passed over when it comes.
        }
    }

    /// <summary>Tells jobs to stop, and waits until they have.</summary>
    public async ValueTask DisposeAsync() => await _scheduler.Shutdown(waitForJobsToComplete: true);

    /// <summary>A job has a name for each of its turns: the one before may just be ending.</summary>
    private static JobKey KeyOf(JobRow job) => new(job.Input is null ? job.Id : $"{job.Id}.{job.Input}", Jobs);

    private static async Task AddAsync(IScheduler scheduler, IReadOnlyCollection<JobRow> jobs)
    {
        var known = await KnownAsync(scheduler, Jobs, jobs.Count);
        foreach (var key in jobs.Select(KeyOf).Where(key => !known.Contains(key)))
        {
            await AddNewAsync(
                scheduler, JobBuilder.Create<RunJob>().WithIdentity(key).RequestRecovery().Build(),
                TriggerBuilder.Create().WithIdentity(key.Name, Jobs).WithExecutionGroup(Work).StartNow().Build());
        }
    }

    private static async Task NotifyAsync(IScheduler scheduler, IReadOnlyCollection<JobNotice> notices)
    {
        var known = await KnownAsync(scheduler, Webhooks, notices.Count);
        foreach (var notice in notices)
        {
            var key = new JobKey(notice.Id, Webhooks);
            if (!known.Contains(key))
            {
                await AddNewAsync(
                    scheduler, JobBuilder.Create<NotifyJob>().WithIdentity(key).UsingJobData(Job, notice.Job).Build(),
                    Try(key, 0, TimeSpan.Zero));
            }
        }
    }

    /// <summary>
    /// What is in the schedule already, where it is to be asked for at all: a single one is refused when it is added, many would
    /// cost a transaction each.
    /// </summary>
    private static async Task<IReadOnlySet<JobKey>> KnownAsync(IScheduler scheduler, string group, int toAdd) =>
        toAdd > 1 ? (await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(group))).ToHashSet() : new HashSet<JobKey>();

    private static async Task AddNewAsync(IScheduler scheduler, IJobDetail job, ITrigger trigger)
    {
        try
        {
            await scheduler.ScheduleJob(job, trigger);
        }
        catch (ObjectAlreadyExistsException)
        {
            // It is there; or who took or ran the job and who sweeps came at the same time.
        }
    }

    private static ITrigger Try(JobKey key, int tries, TimeSpan wait) => TriggerBuilder.Create()
        .WithIdentity($"{key.Name}-{tries}", Webhooks).ForJob(key).WithExecutionGroup(Webhooks)
        .UsingJobData(Tries, tries.ToString(CultureInfo.InvariantCulture)).StartAt(DateTimeOffset.UtcNow + wait).Build();

    private sealed class RunJob(JobHelper helper, JobNotifier notifier) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var id = context.JobDetail.Key.Name.Split('.')[0];
            await helper.RunAsync(id, cancellationToken);
            await NotifyAsync(context.Scheduler, notifier.Pending(id));
        }
    }

    private sealed class SweepJob(JobSweeper sweeper, JobNotifier notifier, JobTable table) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            await AddAsync(context.Scheduler, table.ToDo(NextUp)); // whatever became of the machine that had them
            sweeper.Sweep();
            await NotifyAsync(context.Scheduler, notifier.Pending());
        }
    }

    private sealed class NotifyJob(JobNotifier notifier) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var (key, data) = (context.JobDetail.Key, context.MergedJobDataMap);
            var tries = int.Parse(data.GetString(Tries)!, CultureInfo.InvariantCulture);
            if (await notifier.TellAsync(data.GetString(Job)!, key.Name, tries, cancellationToken) is { } wait)
                await context.Scheduler.ScheduleJob(Try(key, tries + 1, wait), cancellationToken: cancellationToken);
        }
    }
}
