import { describe, expect, it } from "vitest";
import { BEARER, enter, fragmentOf, newCode, parseFragment, type Surroundings } from "./session.js";

interface Asked {
  url: string;
  body: unknown;
  authorization: string | undefined;
  credentials: string | undefined;
}

function place(fragment: string, answer: (asked: Asked) => Response, bearer: string | null = null) {
  const store = new Map<string, string>(bearer === null ? [] : [[BEARER, bearer]]);
  const asked: Asked[] = [];
  let shown = fragment;
  const surroundings: Surroundings = {
    origin: "http://127.0.0.1:1",
    fragment: () => shown,
    replaceFragment: (next) => {
      shown = next;
    },
    store: {
      getItem: (key) => store.get(key) ?? null,
      setItem: (key, value) => void store.set(key, value),
      removeItem: (key) => void store.delete(key),
    },
    fetch: (url, init) => {
      const headers = init?.headers as Record<string, string>;
      const one = {
        url: String(url),
        body: init?.body ?? null,
        authorization: headers.Authorization,
        credentials: init?.credentials,
      };
      asked.push(one);
      return Promise.resolve().then(() => answer(one));
    },
  };
  return { surroundings, store, asked, shown: () => shown };
}

const json = (value: unknown) => new Response(JSON.stringify(value));

describe("a session", () => {
  it("exchanges the code once and leaves the path in the address", async () => {
    const { surroundings, store, asked, shown } = place("#code=c%2B1&path=%2Fa%20b%23%26.ipynb", () =>
      json({ bearer: "b" }),
    );
    expect(await enter(surroundings)).toBe("b");
    expect(asked).toEqual([
      {
        url: "http://127.0.0.1:1/session",
        body: '{"code":"c+1"}',
        authorization: undefined,
        credentials: "omit",
      },
    ]);
    expect(store.get(BEARER)).toBe("b");
    expect(parseFragment(shown())).toEqual({ code: null, path: "/a b#&.ipynb", folder: null, cell: null });
    // A reload has no code any more.
    expect(await enter(surroundings)).toBe("b");
    expect(asked.length).toBe(1);
  });

  it("takes the code out of the address before anything can go wrong", async () => {
    const { surroundings, shown } = place(
      "#code=c&folder=%2Fx",
      () => new Response("Used already.\n", { status: 403 }),
    );
    await expect(enter(surroundings)).rejects.toMatchObject({ code: "peer.refused", message: "Used already." });
    expect(shown()).toBe("#folder=%2Fx");
  });

  it("says so where there is neither code nor bearer, or nobody answers", async () => {
    await expect(enter(place("#path=%2Fx", () => json({})).surroundings)).rejects.toMatchObject({
      code: "peer.refused",
    });
    const silent = place("#code=c", () => {
      throw new TypeError("failed");
    });
    await expect(enter(silent.surroundings)).rejects.toMatchObject({ code: "daemon.unreachable" });
    await expect(enter(place("#code=c", () => json({ bearer: 3 })).surroundings)).rejects.toThrow(/no access/);
  });

  it("asks for a code for another tab with its connection's ticket", async () => {
    const { surroundings, asked } = place("", () => json({ code: "next" }), "b");
    expect(await newCode(surroundings, "t")).toBe("next");
    expect(asked[0]).toMatchObject({ url: "http://127.0.0.1:1/code", authorization: "Ticket t", body: null });
  });
});

describe("a fragment", () => {
  for (const path of ["/plain.ipynb", "/größe/細胞 #1&code=x.ipynb", "/100%.ipynb", "/a+b=c.ipynb"])
    it(`keeps ${path}`, () => expect(parseFragment(fragmentOf({ code: null, path })).path).toBe(path));

  it("that is broken means nothing", () => {
    expect(parseFragment("#path=%E0%A4%A&code")).toEqual({ code: null, path: null, folder: null, cell: null });
    expect(parseFragment("")).toEqual({ code: null, path: null, folder: null, cell: null });
    expect(fragmentOf({ code: null, path: null })).toBe("");
  });
});
