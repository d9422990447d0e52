using System.Text.RegularExpressions;
using FaceDeid.Api.Errors;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Every row of the error table, provoked over HTTP.</summary>
public sealed partial class ErrorTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] HasRetryAfter = ["rate_limited", "service_full", "issuer_unavailable"];

    public static TheoryData<string> Codes => [.. ErrorCauses.ByCode.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Each_row_answers_with_its_problem_details_even_when_a_picture_is_asked_for(string code)
    {
        var row = ProblemKinds.All.Single(kind => string.Equals(kind.Code, code, StringComparison.Ordinal));

        using var response = await ErrorCauses.ByCode[code](service);

        Assert.Equal(row.Status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        var hasRetryAfter = response.Headers.RetryAfter?.Delta is { TotalSeconds: >= 1 and <= 60 };
        Assert.Equal(HasRetryAfter.Contains(code, StringComparer.Ordinal), hasRetryAfter);

        var problem = await response.JsonAsync();
        Assert.Equal($"urn:facedeid:problem:{code}", (string)problem["type"]!);
        Assert.Equal(row.Title, (string)problem["title"]!);
        Assert.Equal(row.Status, (int)problem["status"]!);
        Assert.Equal(code, (string)problem["code"]!);
        Assert.Matches(TraceId(), (string)problem["traceId"]!);
        Assert.Matches("^[A-Z0-9'].{15,}[.]$", (string)problem["detail"]!);
        Assert.Equal(code is "invalid_option" or "bad_pictures" or "bad_dataset", problem["errors"] is not null);
    }

    [Fact]
    public void Every_row_has_a_cause_in_a_test()
    {
        var tested = ErrorCauses.ByCode.Keys.Concat(ErrorCauses.NeedRealServer);
        var rows = ProblemKinds.All.Select(kind => kind.Code);
        Assert.Equal(rows.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Every_row_is_listed_with_its_own_code()
    {
        var rows = typeof(ProblemKinds).GetProperties().Select(row => row.GetValue(null)).OfType<ProblemKind>().ToList();
        Assert.Equal(
            rows.OrderBy(row => row.Code, StringComparer.Ordinal),
            ProblemKinds.All.OrderBy(row => row.Code, StringComparer.Ordinal));
        Assert.Equal(rows.Count, rows.DistinctBy(row => row.Code, StringComparer.Ordinal).Count());
        Assert.Equal(ProblemKinds.All.Select(row => row.Status).Order(), ProblemKinds.All.Select(row => row.Status));
    }

    [Fact]
    public void Every_refusal_of_the_library_has_a_row()
    {
        foreach (var code in Enum.GetValues<FaceDeidError>())
            Assert.Equal(code == FaceDeidError.ModelUnavailable, ProblemMiddleware.KindOf(code) == ProblemKinds.Internal);
    }

    [Fact]
    public void The_documented_error_table_is_the_services()
    {
        var documented = DocumentedRow().Matches(File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "errors.md")))
            .Select(row => (Status: int.Parse(row.Groups["status"].ValueSpan), Code: row.Groups["code"].Value));
        Assert.Equal(ProblemKinds.All.Select(kind => (kind.Status, kind.Code)).Order(), documented.Order());
    }

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, 1000)]
    private static partial Regex TraceId();

    [GeneratedRegex(
        @"^\| *(?<status>\d{3}) *\| *`?(?<code>[a-z_]+)`? *\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DocumentedRow();
}
