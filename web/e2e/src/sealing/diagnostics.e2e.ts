import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// Forges a line about a host whose name has markup and turns text round. It reports as the sealed page itself does.
const HOSTILE = html(`<p>liar</p><script>
  const meta = document.createElement("img");
  for (let i = 0; i < 100; i++) {
    const event = new SecurityPolicyViolationEvent("securitypolicyviolation", {
      effectiveDirective: "img-src", blockedURI: "<b id=planted>\\u202egpj.example</b>" + (i % 50), violatedDirective: "img-src",
      documentURI: "x", originalPolicy: "x", disposition: "enforce", statusCode: 0,
    });
    document.dispatchEvent(event);
  }
</script>`);
const PICTURES = html(
  `<p>other</p><img src="https://pictures.example/a.png"><img src="https://pictures.example/b.png">`,
);

inBrowsers("diagnostics", (stage) => {
  const open = async () => {
    const path = stage.world.notebook("odd.ipynb", [
      { source: "'quiet'", outputs: [html("<p>quiet</p>")] },
      { source: "1", outputs: [PICTURES] },
      { source: "2", outputs: [HOSTILE] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("quiet");
    await notebook.guest("liar");
    await notebook.guest("other");
    // A frame tells what it was kept from when that happened, which is after its text is there.
    await until("the pictures are refused", async () =>
      notebook.page.evaluate(() => document.querySelector("[data-cell=cell-1] .blocked") !== null),
    );
    return notebook;
  };
  const panel = (notebook: NotebookPage) =>
    notebook.page.evaluate(() =>
      [...document.querySelectorAll(".diagnostics-table")].map((table) => ({
        label: table.getAttribute("aria-label") ?? "",
        rows: [...table.querySelectorAll("tbody tr")].map((row) =>
          [...row.querySelectorAll("td")].map((cell) => cell.textContent),
        ),
      })),
    );

  test("tell what each frame was kept from, as text, and lead to its cell", async () => {
    const notebook = await open();
    const { page } = notebook;
    await page.click("button", "refused", { part: true, within: ".status" });
    await page.find("dialog", "Diagnostics");
    const tables = await until("both frames", async () => {
      const found = await panel(notebook);
      return found.length === 2 ? found : null;
    });
    expect(tables.map(({ label }) => label)).toEqual(["cell 2, output 1", "cell 3, output 1"]);
    expect(tables[0]?.rows).toEqual([["Load blocked", "img-src pictures.example", "1"]]);
    // A frame lies about itself and about nothing else, and a bounded number of times.
    expect(tables[1]?.rows.length).toBeLessThanOrEqual(40);
    expect(tables[1]?.rows[0]).toEqual(["Load blocked", "img-src <b id=planted>⟨U+202E⟩gpj.example</b>0", "1"]);
    expect(await page.evaluate(() => document.querySelector("#planted") === null)).toBe(true);
    await page.click("button", "Go to cell 2");
    await page.gone("dialog");
    await page.waitFor(
      "cell 2 is the active one",
      () => document.querySelector("[aria-current=true]")?.getAttribute("data-cell") === "cell-1",
    );
  });

  test("are opened from the palette, and copied by the keyboard alone", async () => {
    const notebook = await open();
    const { page } = notebook;
    // What the clipboard holds is not for a page to read everywhere.
    await page.evaluate(() => {
      navigator.clipboard.writeText = (text) => {
        document.documentElement.dataset.copied = text;
        return Promise.resolve();
      };
    });
    await notebook.command("Diagnostics of outputs");
    await page.find("dialog", "Diagnostics");
    await until("the keyboard is at the first button", async () =>
      (await page.all("button", "Copy as text")).some(({ focused }) => focused),
    );
    await page.press("Enter");
    await page.shows("Copied.");
    const text = await page.evaluate(() => document.documentElement.dataset.copied ?? "");
    expect(text).toContain("Diagnostics of the outputs of odd.ipynb");
    expect(text).toContain("Frames alive: 3 of 24 at most");
    expect(text).toContain("cell 2, output 1, alive\n  Load blocked: img-src pictures.example (1)");
    expect(text).not.toContain("\u202e");
    await page.press("Escape");
    await page.gone("dialog");
  });
});
