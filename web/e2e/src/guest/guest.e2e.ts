/// The sealed page in real browsers: what it shows, what it tells, and what it keeps in.

import type { GuestOutput } from "@fumehood/bridge";
import { expect, test } from "vitest";
import type { Frame } from "../drivers";
import { painted, until } from "../page";
import type { Framing } from "./framing";
import { inGuests } from "./seat";

const html = (markup: string, id = "a"): GuestOutput => ({ id, data: { "text/html": markup }, metadata: {} });

/// A PDF of one page that says "Hello".
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 42>>stream
BT /F1 24 Tf 40 100 Td (Hello paper) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;

/// A second of silence.
function wave(): Uint8Array {
  const data = Buffer.alloc(44 + 8000);
  data.write("RIFF", 0);
  data.writeUInt32LE(36 + 8000, 4);
  data.write("WAVEfmt ", 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(8000, 24);
  data.writeUInt32LE(8000, 28);
  data.writeUInt16LE(1, 32);
  data.writeUInt16LE(8, 34);
  data.write("data", 36);
  data.writeUInt32LE(8000, 40);
  data.fill(128, 44);
  return data;
}

inGuests((seat) => {
  const notes = () => seat().notes();
  const show = (...outputs: readonly GuestOutput[]) => seat().show(...outputs);
  const textOf = (frame: Frame): Promise<string> =>
    frame.evaluate(() => document.getElementById("outputs")?.textContent ?? "");
  /// A frame says its height after a while even where a renderer is not done.
  const says = (frame: Frame, text: string): Promise<boolean> =>
    until(`"${text}" in the frame`, async () => (await textOf(frame)).includes(text));
  const has = (frame: Frame, selector: string): Promise<boolean> =>
    until(
      `${selector} in the frame`,
      () => frame.evaluate((wanted: string) => document.querySelector(wanted) !== null, selector),
      8000,
    );
  const click = async (frame: Frame, selector: string): Promise<void> => {
    await frame.evaluate(painted);
    const inside = await frame.evaluate((wanted: string) => {
      const box = document.querySelector(wanted)?.getBoundingClientRect();
      return box ? [box.x + box.width / 2, box.y + box.height / 2] : [0, 0];
    }, selector);
    const [left, top] = await seat().tab.evaluate(() => {
      const box = document.querySelector("iframe")?.getBoundingClientRect();
      return [box?.x ?? 0, box?.y ?? 0];
    });
    await seat().tab.click((left ?? 0) + (inside[0] ?? 0), (top ?? 0) + (inside[1] ?? 0));
  };

  test("runs an output's scripts in order, inline and modules, in an opaque origin", async () => {
    const frame = await show(
      html(`<p id="said"></p><script>window.order = ["first"];</script>
        <script type="module">order.push("module"); said.textContent = order.join(" ") + " " + self.origin;</script>
        <script>order.push("second"); document.write("<i>written</i>");</script>
        <script type="text/template"><b id="never"></b></script>`),
    );
    await says(frame, "first second module null");
    expect(await textOf(frame)).toContain("written");
    expect(await frame.evaluate(() => document.getElementById("never"))).toBeNull();
  });

  test("gives a script output its element", async () => {
    const data = { "application/javascript": "element.append('drawn by ' + typeof element)" };
    await says(await show({ id: "a", data, metadata: {} }), "drawn by object");
  });

  test("falls back to the next type and says why, where a renderer fails", async () => {
    const data = { "application/javascript": "throw new Error('not today')", "text/plain": "the plain one" };
    await says(await show({ id: "a", data, metadata: {} }), "the plain one");
    await until("the reason is told", async () => (await notes()).failed.length > 0);
    expect((await notes()).failed).toEqual(["a: application/javascript: not today"]);
  });

  test("sets LaTeX and Markdown with formulas, fetched from the blob server as modules", async () => {
    const frame = await show(
      { id: "a", data: { "text/latex": "so $x^2$ is" }, metadata: {} },
      { id: "b", data: { "text/markdown": "# Title\n\n$$\ny\n$$\n\n<b id='raw'>raw</b>" }, metadata: {} },
    );
    await has(frame, ".output.latex .katex");
    await has(frame, ".output.markdown .katex-display");
    await has(frame, "#raw");
    const font = await frame.evaluate(async () => (await document.fonts.load("16px KaTeX_Main", "x")).length);
    expect(font).toBe(1);
  });

  test("draws a PDF's page with its text above it", async () => {
    const data = { "application/pdf": seat().stage.put(Buffer.from(PDF)) };
    const frame = await show({ id: "a", data, metadata: {} });
    await has(frame, ".output.pdf canvas");
    await says(frame, "Hello paper");
    expect((await notes()).failed).toEqual([]);
  });

  test("plays sound that comes as bytes without a type", async () => {
    const frame = await show({ id: "a", data: { "audio/wav": seat().stage.put(wave()) }, metadata: {} });
    await has(frame, "audio");
    // The first sound of all starts the engine's player, which takes its time.
    const length = await until("its length is known", () =>
      frame.evaluate(() => document.querySelector<HTMLAudioElement>("audio")?.duration || null),
    );
    expect(Math.round(length)).toBe(1);
  });

  test("shows what it does not know as text", async () => {
    const data = { "application/<img src=x onerror=window.ran=1>": "<img src=x onerror=window.ran=1>" };
    const frame = await show({ id: "a", data, metadata: {} });
    await says(frame, "application/<img");
    expect(await frame.evaluate(() => document.querySelector("img"))).toBeNull();
  });

  test("asks for the content's height, and not for ever for more", async () => {
    await show(html("<div style='height: 700px'></div>"));
    await until("its height is asked for", async () => ((await notes()).heights.at(-1) ?? 0) >= 700);
    const frame = await show(html("<div style='height: 100vh'></div><p>below</p>"));
    await frame.evaluate(() => new Promise((done) => setTimeout(done, 800)));
    expect((await notes()).heights.length).toBeLessThan(5);
    const before = (await notes()).heights.length;
    await frame.evaluate(() =>
      document.querySelector("p")?.insertAdjacentHTML("afterend", "<div style='height:90px'>"),
    );
    await until("the frame follows what was added", async () => (await notes()).heights.length > before);
  });

  test("keeps outputs that did not change, with everything that their scripts made", async () => {
    const first = html(
      "<p id=n>0</p><script>n.textContent = Number(n.textContent) + 1; window.runs = (window.runs ?? 0) + 1</script>",
    );
    const frame = await show(first);
    const all = [first, html("<p id=second>two</p>", "b")];
    await seat().tab.evaluate(
      (sent) => (window as unknown as { framing: Framing }).framing.render(JSON.parse(sent)),
      JSON.stringify(all),
    );
    await has(frame, "#second");
    expect(await frame.evaluate(() => (window as unknown as { runs: number }).runs)).toBe(1);
    await seat().tab.evaluate(
      (sent) => (window as unknown as { framing: Framing }).framing.update(JSON.parse(sent)),
      JSON.stringify(html("<p id=third>three</p>", "b")),
    );
    await has(frame, "#third");
    expect(
      await frame.evaluate(() => [document.getElementById("second"), document.querySelectorAll(".output").length]),
    ).toEqual([null, 2]);
  });

  test("reports links, and follows none", async () => {
    const frame = await show(
      html(`<a id="web" href="https://example.org/a?b=c">web</a> <a id="local" href="other.html">local</a>
        <a id="file" href="file:///etc/passwd">file</a>
        <svg width="60" height="20"><a href="https://example.org/svg"><text id="drawn" y="15">drawn</text></a></svg>`),
    );
    for (const id of ["web", "local", "file", "drawn"]) await click(frame, `#${id}`);
    await until("both links are told", async () => (await notes()).links.length === 2);
    expect((await notes()).links).toEqual(["https://example.org/a?b=c", "https://example.org/svg"]);
    expect((await notes()).loads).toBe(1);
  });

  test("keeps a form's data, whose own script still runs", async () => {
    const frame = await show(
      html(
        `<form action="${seat().stage.blobs}/stolen" onsubmit="this.id='sent'"><input name="a" value="1"><button>send</button></form>`,
      ),
    );
    await click(frame, "button");
    await has(frame, "#sent");
    expect(seat().stage.strays.filter((stray) => stray.includes("stolen"))).toEqual([]);
    expect((await notes()).loads).toBe(1);
  });

  test("tells what its policy kept in, once each", async () => {
    await show(
      html(`<img src="https://example.org/a.png"><img src="https://example.org/b.png">
        <script>fetch("https://example.com/x").catch(() => 0)</script>`),
    );
    await until("both are told", async () => (await notes()).blocked.length >= 2);
    expect([...(await notes()).blocked].sort()).toEqual(["connect-src example.com", "img-src example.org"]);
  });

  test("Escape leaves it", async () => {
    const frame = await show(html("<input id=field>"));
    await click(frame, "#field");
    await until("the field has the keyboard", () =>
      frame.evaluate(() => document.hasFocus() && document.activeElement?.id === "field"),
    );
    await seat().tab.press("Escape");
    await until("the page is told", async () => (await notes()).left === 1);
    expect(await frame.evaluate(() => document.activeElement === document.body)).toBe(true);
  });

  test("takes the page's theme, and Jupyter's names with it", async () => {
    const frame = await show(html("<p style='color: var(--jp-content-font-color1)'>text</p>"));
    const color = () => frame.evaluate(() => getComputedStyle(document.querySelector("p") as Element).color);
    const light = await color();
    await seat().tab.evaluate(() => (window as unknown as { framing: Framing }).framing.theme(true));
    await until("the dark colour", async () => (await color()) !== light);
    expect(await frame.evaluate(() => document.body.dataset.jpThemeLight)).toBe("false");
  });

  test("counts what is found, and touches nothing", async () => {
    const frame = await show(html("<p>Alpha alpha <b>al</b>pha</p><script>/* alpha */</script>"));
    const before = await frame.evaluate(() => document.body.innerHTML);
    const count = await seat().tab.evaluate(() => (window as unknown as { framing: Framing }).framing.find("ALPHA"));
    expect(count).toBe(2);
    expect(await frame.evaluate(() => document.body.innerHTML)).toBe(before);
  });

  test("takes no second port", async () => {
    const frame = await show(html("<p>first</p>"));
    await seat().tab.evaluate(() => {
      const { port2 } = new MessageChannel();
      document
        .querySelector<HTMLIFrameElement>("iframe")
        ?.contentWindow?.postMessage({ fumehood: "port", version: 1 }, "*", [port2]);
    });
    await frame.evaluate(() => new Promise((done) => setTimeout(done, 200)));
    expect((await notes()).ready).toBe(1);
  });
});
