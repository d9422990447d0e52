using FaceDeid.TestData;
using Microsoft.Playwright;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Swagger UI in a real browser: 'Try it out' with an upload, as a newcomer does it.</summary>
public sealed class SwaggerUiTests(SwaggerUiTests.Browser browser) : IClassFixture<SwaggerUiTests.Browser>
{
    private const string Chromium = "/usr/bin/chromium";

    [Fact]
    public async Task A_picture_sent_from_the_page_comes_back_as_68_landmarks()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "landmarks");
        await call.Locator("input[type=file]").SetInputFilesAsync(File("face.jpg", Pictures.Face));

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        var body = System.Text.Json.Nodes.JsonNode.Parse(await answer.Locator(".highlight-code code").First.InnerTextAsync())!;
        Assert.Equal(68, body["faces"]![0]!["landmarks"]!.AsArray().Count);
        await ShotAsync(page, "landmarks-json");
    }

    [Fact]
    public async Task An_overlay_asked_for_on_the_page_is_shown_as_a_picture()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "landmarks");
        await call.Locator("input[type=file]").SetInputFilesAsync(File("face.jpg", Pictures.Face));
        await call.Locator("tr[data-property-name=format] select").SelectOptionAsync("png");

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        var picture = answer.Locator("img").First;
        await Assertions.Expect(picture).ToBeVisibleAsync();
        await Assertions.Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 150);
        await ShotAsync(page, "landmarks-png");
        Assert.True(browser.Violations.IsEmpty, string.Join("; ", browser.Violations));
    }

    [Fact]
    public async Task A_file_that_is_no_picture_shows_its_problem_document()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "detect");
        await call.Locator("input[type=file]").SetInputFilesAsync(File("face.jpg", "no picture"u8.ToArray()));

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("415");
        await Assertions.Expect(answer).ToContainTextAsync("\"unsupported_format\"");
        await Assertions.Expect(answer)
            .ToContainTextAsync("Send a JPEG, PNG, WebP, TIFF, AVIF, HEIC, JPEG XL, BMP or GIF picture.");
    }

    [Fact]
    public async Task Two_pictures_sent_from_the_page_come_back_merged()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "merge");
        await call.Locator("tr[data-property-name=first] input[type=file]").SetInputFilesAsync(File("a.jpg", Pictures.Face));
        await call.Locator("tr[data-property-name=second] input[type=file]").SetInputFilesAsync(File("b.jpg", Pictures.Group));

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        await Assertions.Expect(answer.Locator("img").First).ToHaveJSPropertyAsync("naturalWidth", 300);
    }

    [Fact]
    public async Task A_picture_sent_from_the_page_comes_back_with_another_face()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "deidentify");
        await call.Locator("tr[data-property-name=image] input[type=file]")
            .SetInputFilesAsync(File("face.jpg", Pictures.WholeFace));

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        await Assertions.Expect(answer.Locator("img").First).ToHaveJSPropertyAsync("naturalWidth", 150);
        await ShotAsync(page, "deidentify");
    }

    [Fact]
    public async Task A_picture_is_sealed_and_restored_from_the_page()
    {
        var page = await browser.OpenAsync();
        var seal = await TryOutAsync(page, "seal");
        await seal.Locator("tr[data-property-name=image] input[type=file]")
            .SetInputFilesAsync(File("face.jpg", Pictures.WholeFace));
        await seal.Locator("tr[data-property-name=passphrase] input[type=text]").FillAsync("correct horse battery");

        var closed = await ExecuteAsync(seal);

        await Assertions.Expect(closed.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        await Assertions.Expect(closed.Locator("img").First).ToHaveJSPropertyAsync("naturalWidth", 150);
        await ShotAsync(page, "seal");
        var restore = await TryOutAsync(page, "restore");
        await restore.Locator("tr[data-property-name=image] input[type=file]").SetInputFilesAsync(File(
            "sealed.png",
            await Sealed.SealedAsync(browser.Service, Sealed.Picture, key: null, ("passphrase", "correct horse battery"))));
        await restore.Locator("tr[data-property-name=passphrase] input[type=text]").FillAsync("correct horse battery");

        var opened = await ExecuteAsync(restore);

        await Assertions.Expect(opened.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        await Assertions.Expect(opened.Locator("img").First).ToHaveJSPropertyAsync("naturalWidth", 150);
        await ShotAsync(page, "restore");
    }

    [Fact]
    public async Task An_archive_sent_from_the_page_comes_back_as_a_download()
    {
        var page = await browser.OpenAsync();
        var call = await TryOutAsync(page, "collections");
        await call.Locator("tr[data-property-name=k] input[type=text]").FillAsync("2");
        await call.Locator("tr[data-property-name=archive] input[type=file]").SetInputFilesAsync(
            File("people.zip", Collection.Zip([("a.jpg", Pictures.WholeFace), ("b.jpg", Pictures.OtherFace)])));

        var answer = await ExecuteAsync(call);

        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        await Assertions.Expect(answer.GetByText("Download file")).ToBeVisibleAsync();
        await ShotAsync(page, "collections");
        Assert.True(browser.Violations.IsEmpty, string.Join("; ", browser.Violations));
    }

    [Fact]
    public async Task A_key_entered_under_Authorize_is_sent_and_a_token_can_be_entered_too()
    {
        const string Key = "a-key-of-these-tests";
        await using var guarded = ServiceFixture.OnKestrel(AccessKeys.Known("one", Key));
        var page = await browser.OpenAsync(guarded);
        var call = await TryOutAsync(page, "capabilities");
        await Assertions.Expect((await ExecuteAsync(call)).Locator("tbody .response-col_status").First).ToContainTextAsync("401");

        await page.Locator(".auth-wrapper .authorize").First.ClickAsync();
        var dialog = page.Locator(".modal-ux");
        await Assertions.Expect(dialog.GetByText("Bearer (http, Bearer)")).ToBeVisibleAsync();
        await ShotAsync(page, "authorize");
        await dialog.Locator("input").First.FillAsync(Key);
        await dialog.Locator(".auth-btn-wrapper .authorize").First.ClickAsync();
        await dialog.Locator(".btn-done").First.ClickAsync();

        await Assertions.Expect((await ExecuteAsync(call)).Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        Assert.True(browser.Violations.IsEmpty, string.Join("; ", browser.Violations));
    }

    [Fact]
    public async Task Behind_a_proxy_that_takes_a_path_away_the_page_finds_its_document_and_the_calls()
    {
        await using var service = ServiceFixture.OnKestrel();
        await using var proxy = await PrefixProxy.StartAsync(service.ClientOptions.BaseAddress);
        var page = await browser.OpenAsync(new Uri(proxy.Address, PrefixProxy.Prefix)); // the root, which leads to the page

        Assert.Equal($"{PrefixProxy.Prefix}/swagger/index.html", new Uri(page.Url).AbsolutePath);
        var call = await TryOutAsync(page, "landmarks");
        await call.Locator("input[type=file]").SetInputFilesAsync(File("face.jpg", Pictures.Face));
        var answer = await ExecuteAsync(call);
        await Assertions.Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync("200");
        var address = new Uri(proxy.Address, $"{PrefixProxy.Prefix}/v1/landmarks");
        await Assertions.Expect(call.Locator(".request-url")).ToContainTextAsync(address.ToString());
        await ShotAsync(page, "prefix");
        Assert.True(browser.Violations.IsEmpty, string.Join("; ", browser.Violations));
    }

    [Fact]
    public async Task A_page_of_another_origin_sends_a_picture_and_reads_answer_headers_and_errors_when_it_may()
    {
        const string Send = """
            async ([service, picture]) => {
                const form = new FormData();
                const bytes = Uint8Array.from(atob(picture), c => c.charCodeAt(0));
                form.append('image', new Blob([bytes], { type: 'image/jpeg' }), 'face.jpg');
                form.append('method', 'mask');
                try {
                    const headers = { 'X-Api-Key': 'a-key-of-these-tests' };
                    const answer = await fetch(service + 'v1/deidentify', { method: 'POST', body: form, headers });
                    const refused = await fetch(service + 'v1/capabilities', { headers: { 'X-Api-Key': 'another' } });
                    const { code } = await refused.json();
                    const { type } = await answer.blob();
                    return [answer.status, answer.headers.get('X-FaceDeid-Method'), type, refused.status, code].join(' ');
                } catch (refusal) { return String(refusal); }
            }
            """;
        await using var proxy = await PrefixProxy.StartAsync(browser.Service.ClientOptions.BaseAddress);
        var origin = proxy.Address.GetLeftPart(UriPartial.Authority);
        await using var named = ServiceFixture.OnKestrel(
            AccessKeys.Known("one", "a-key-of-these-tests"), ("FaceDeid:Cors:Origins:0", origin));
        await using var closed = ServiceFixture.OnKestrel(AccessKeys.Known("one", "a-key-of-these-tests"));
        var page = await browser.OpenAsync(new Uri(proxy.Address, "/page"));

        Assert.Equal("200 mask image/jpeg 401 unauthorized", await SendAsync(named));
        Assert.Equal("TypeError: Failed to fetch", await SendAsync(closed));

        async Task<string> SendAsync(ServiceFixture service)
        {
            var picture = Convert.ToBase64String(Pictures.WholeFace);
            return await page.EvaluateAsync<string>(Send, new object[] { service.ClientOptions.BaseAddress.ToString(), picture });
        }
    }

    private static async Task<ILocator> TryOutAsync(IPage page, string call)
    {
        var block = page.Locator($"[id$='-{call}'].opblock");
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        return block;
    }

    /// <summary>Presses Execute; the part of the page with the live answer.</summary>
    private static async Task<ILocator> ExecuteAsync(ILocator call)
    {
        await call.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        return call.Locator(".live-responses-table");
    }

    private static FilePayload File(string name, byte[] content) =>
        new() { Name = name, MimeType = "image/jpeg", Buffer = content };

    /// <summary>Keeps what the browser shows, for whoever wants to look: <c>FACEDEID_SCREENSHOTS=folder</c>.</summary>
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("FACEDEID_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>Debian's Chromium, and a service on real Kestrel for it to talk to.</summary>
    public sealed class Browser : IAsyncLifetime, IAsyncDisposable
    {
        private static readonly string[] Arguments =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ];

        private static readonly float Patient = (float)Patience.Long.TotalMilliseconds;

        private IPlaywright? _playwright;
        private IBrowser? _browser;

        public ServiceFixture Service { get; } = ServiceFixture.OnKestrel();

        public async Task InitializeAsync()
        {
            Assert.True(
                System.IO.File.Exists(Chromium),
                $"{Chromium} is missing: run 'make test', which installs it (apt-get install chromium).");
            Assertions.SetDefaultExpectTimeout(Patient);
#pragma warning disable IDISP003 // xunit calls this once
            _playwright = await Playwright.CreateAsync();
            _browser =
                await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments, Timeout = Patient });
#pragma warning restore IDISP003
        }

        /// <summary>What the pages' policy kept the browser from doing: a page that works all the same would hide it.</summary>
        public System.Collections.Concurrent.ConcurrentQueue<string> Violations { get; } = new();

        public Task<IPage> OpenAsync(ServiceFixture? service = null) =>
            OpenAsync(new Uri((service ?? Service).ClientOptions.BaseAddress, "/swagger"));

        public async Task<IPage> OpenAsync(Uri address)
        {
            var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 1000 } });
            page.SetDefaultTimeout(Patient);
            page.Console += (_, line) =>
            {
                if (line.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                    Violations.Enqueue(line.Text);
            };
            await page.GotoAsync(address.ToString());
            return page;
        }

        public async Task DisposeAsync()
        {
            if (_browser is not null)
                await _browser.DisposeAsync();
            _playwright?.Dispose();
            await Service.DisposeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }
}
