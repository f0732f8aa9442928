/// Stand-ins for what an opaque origin has none of: storage and cookies. Libraries ask for them in passing, and fall over
/// where the mere question throws. These forget everything with the frame, and nobody else ever sees it: not another frame,
/// not the next look at the same output, no server.

/// What browsers allow an origin, roughly.
const MOST_CHARS = 5_000_000;
const MOST_COOKIES = 200;
const COOKIE_CHARS = 4096;

/// As `Storage`, with its values as properties too. What is kept goes with the object.
export function memory(prototype: object = Object.prototype): Storage {
  const kept = new Map<string, string>();
  const size = () => [...kept].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  const methods = {
    getItem: (key: unknown) => kept.get(String(key)) ?? null,
    setItem: (key: unknown, value: unknown) => {
      const [name, text] = [String(key), String(value)];
      const old = kept.has(name) ? name.length + (kept.get(name)?.length ?? 0) : 0;
      if (size() - old + name.length + text.length > MOST_CHARS)
        throw new DOMException("There is no room for more here.", "QuotaExceededError");
      kept.set(name, text);
    },
    removeItem: (key: unknown) => void kept.delete(String(key)),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
  };
  return new Proxy(Object.create(prototype) as Storage, {
    get: (_, key) => {
      if (key === "length") return kept.size;
      if (typeof key === "symbol") return Reflect.get(prototype, key);
      return Object.hasOwn(methods, key) ? methods[key as keyof typeof methods] : kept.get(key);
    },
    set: (_, key, value) => {
      if (typeof key === "string") methods.setItem(key, value);
      return true;
    },
    has: (_, key) => typeof key === "string" && (kept.has(key) || key === "length" || Object.hasOwn(methods, key)),
    deleteProperty: (_, key) => {
      if (typeof key === "string") kept.delete(key);
      return true;
    },
    ownKeys: () => [...kept.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      typeof key === "string" && kept.has(key)
        ? { value: kept.get(key), writable: true, enumerable: true, configurable: true }
        : undefined,
  });
}

/// As `document.cookie`: what is set is `name=value; attributes`, what is read are the names and values.
export function cookies(now: () => number = Date.now): { get(): string; set(text: string): void } {
  const kept = new Map<string, string>();
  return {
    get: () => [...kept].map(([name, value]) => (name === "" ? value : `${name}=${value}`)).join("; "),
    set: (text) => {
      const [pair = "", ...attributes] = String(text)
        .slice(0, COOKIE_CHARS)
        .split(";")
        .map((part) => part.trim());
      const at = pair.indexOf("=");
      const name = at < 0 ? "" : pair.slice(0, at).trim();
      const over = attributes.some((one) => {
        const [key = "", value = ""] = one.split("=");
        if (/^max-age$/i.test(key)) return Number(value) <= 0;
        return /^expires$/i.test(key) && Date.parse(one.slice(one.indexOf("=") + 1)) <= now();
      });
      if (over) kept.delete(name);
      else if (kept.has(name) || kept.size < MOST_COOKIES) kept.set(name, pair.slice(at + 1).trim());
    },
  };
}

/// Puts them where the browser's own throw, and nowhere else.
export function rememberNothing(self: Window & typeof globalThis): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    if (works(() => self[name])) continue;
    const value = memory(self.Storage.prototype);
    Object.defineProperty(self, name, { get: () => value, configurable: true, enumerable: true });
  }
  if (works(() => self.document.cookie)) return;
  Object.defineProperty(self.document, "cookie", { ...cookies(), configurable: true, enumerable: true });
}

function works(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch {
    return false;
  }
}
