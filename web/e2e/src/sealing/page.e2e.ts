import { get } from "node:http";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { SANDBOX } from "../seal";
import { inBrowsers } from "../stage";
import { html } from "../world";

const directives = (policy: string): ReadonlyMap<string, string> =>
  new Map(
    policy.split(";").map((directive) => {
      const [name = "", ...values] = directive.trim().split(/\s+/);
      return [name, values.join(" ")] as const;
    }),
  );

/// The headers that a browser gets which goes there.
function navigated(url: string): Promise<Record<string, string | undefined>> {
  const headers = { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.headers as Record<string, string | undefined>);
    }).on("error", reject);
  });
}

inBrowsers("the seal of the live page", (stage) => {
  const open = async () => {
    const outputs = [html("<p>sealed</p>")];
    const path = stage.world.notebook("seal.ipynb", [
      { source: "1", outputs },
      { source: "2", outputs },
    ]);
    const opened = await stage.world.open(path);
    const notebook = await NotebookPage.of(await stage.world.visit(stage.browser, opened.link));
    await until("both frames", async () => (await notebook.guests()).length === 2);
    return { notebook, opened };
  };

  test("every frame has the sandbox constant, and nothing that loosens it", async () => {
    const { notebook } = await open();
    const frames = await notebook.page.evaluate(() =>
      [...document.querySelectorAll("iframe, frame, object, embed, fencedframe, portal")].map((frame) => ({
        tag: frame.tagName,
        attributes: Object.fromEntries([...frame.attributes].map((item) => [item.name, item.value])),
      })),
    );
    // One more may be kept warm; it is sealed like the others.
    expect(frames.length).toBeGreaterThanOrEqual(2);
    for (const { tag, attributes } of frames) {
      expect(tag).toBe("IFRAME");
      expect(attributes.sandbox).toBe(SANDBOX);
      expect(attributes.referrerpolicy).toBe("no-referrer");
      for (const loose of ["allow", "allowfullscreen", "srcdoc", "name", "credentialless"]) {
        expect(attributes).not.toHaveProperty(loose);
      }
    }
  });

  test("the sealed page is opaque by its own header, reaches the blob server alone, and its address says nothing", async () => {
    const { notebook } = await open();
    const [frame] = await notebook.guests();
    const url = new URL(frame?.url ?? "");
    expect([url.search, url.hash]).toEqual(["", ""]);
    const response = await fetch(url);
    const policy = directives(response.headers.get("content-security-policy") ?? "");
    expect(policy.get("sandbox")).toBe(SANDBOX);
    expect(policy.get("default-src")).toBe("'none'");
    for (const closed of ["frame-src", "object-src", "base-uri", "form-action"]) {
      expect([closed, policy.get(closed)]).toEqual([closed, "'none'"]);
    }
    for (const [name, values] of policy) {
      const hosts = values.split(" ").filter((value) => value.includes("://"));
      expect([name, hosts.filter((host) => host !== url.origin && name !== "frame-ancestors")]).toEqual([name, []]);
    }
    expect(await frame?.evaluate(() => [self.origin, window.name])).toEqual(["null", ""]);
  });

  test("the page's own policy holds its frames on the leash of the blob server and lets no text become code", async () => {
    const { notebook, opened } = await open();
    const [frame] = await notebook.guests();
    const headers = await navigated(opened.url);
    const policy = directives(headers["content-security-policy"] ?? "");
    expect(policy.get("frame-src")).toBe(new URL(frame?.url ?? "").origin);
    expect(policy.get("script-src")).toBe("'self'");
    expect(policy.get("style-src")).toBe("'self'");
    expect(policy.get("default-src")).toBe("'none'");
    expect(policy.get("require-trusted-types-for")).toBe("'script'");
    for (const closed of ["object-src", "base-uri", "form-action", "frame-ancestors"]) {
      expect([closed, policy.get(closed)]).toEqual([closed, "'none'"]);
    }
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  });

  test("markup from a string is refused in the page itself", async () => {
    const { notebook } = await open();
    // Which also shows that the page's policy is heard.
    stage.world.bears("require-trusted-types-for");
    const said = await notebook.page.evaluate(() => {
      try {
        document.createElement("div").innerHTML = "<b>bold</b>";
        return "taken";
      } catch (error) {
        return error instanceof TypeError ? "refused" : String(error);
      }
    });
    expect(said).toBe("refused");
    await until("the refusal is heard", async () => (await notebook.page.tab.violations()).length === 1);
  });

  test("the page keeps no cookie and its address holds no code after it was used", async () => {
    const { notebook, opened } = await open();
    const code = /code=([^&]+)/.exec(opened.link)?.[1];
    expect(code).toBeDefined();
    const address = await notebook.page.tab.url();
    expect(address).not.toContain(code);
    expect(await notebook.page.evaluate(() => document.cookie)).toBe("");
    const again = await stage.world.visit(stage.browser, opened.link);
    await until("the used link is refused", async () => !(await again.text()).includes("seal.ipynb"));
  });

  test("a frame that loads itself again is emptied, and the page says so", async () => {
    const { notebook } = await open();
    const [frame] = await notebook.guests();
    await frame?.evaluate(() => location.reload()).catch(() => undefined);
    await notebook.page.find("button", "Show again");
    await until("one frame is left", async () => (await notebook.guests()).length === 1);
    await notebook.page.click("button", "Show again");
    await until("the frame is back", async () => (await notebook.guests()).length === 2);
  });
});
