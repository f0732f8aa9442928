/// Enough of RequireJS for outputs that were written for the classic notebook, which had it in its window: named modules
/// that a script defines, and modules at addresses that it configures, loaded under the frame's policy. Installed only where an output
/// asks for it: many libraries take the mere presence of `define` for an invitation.

type Factory = (...parts: unknown[]) => unknown;

interface Config {
  readonly paths?: Readonly<Record<string, string | readonly string[]>>;
  readonly map?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly shim?: Readonly<Record<string, { readonly deps?: readonly string[]; readonly exports?: string } | string[]>>;
  readonly baseUrl?: string;
}

interface Definition {
  readonly needs: readonly string[];
  readonly make: unknown;
}

const paths = new Map<string, string>();
const exported = new Map<string, string>();
const needed = new Map<string, readonly string[]>();
const definitions = new Map<string, Definition>();
const modules = new Map<string, Promise<unknown>>();
const made = new Map<string, unknown>();
let base = "";
/// What the script that is running now defines without a name: its own module.
let nameless: Definition | undefined;

export function install(): void {
  if ("requirejs" in window) return;
  Object.assign(window, { require: need, requirejs: need, define });
}

function configure(config: Config): void {
  if (typeof config.baseUrl === "string") base = config.baseUrl;
  for (const [name, path] of Object.entries(config.paths ?? {})) {
    const [first] = typeof path === "string" ? [path] : path;
    if (first !== undefined) paths.set(name, first);
  }
  for (const [name, shim] of Object.entries(config.shim ?? {})) {
    if (Array.isArray(shim)) needed.set(name, shim);
    else {
      if (shim.deps) needed.set(name, shim.deps);
      if (shim.exports) exported.set(name, shim.exports);
    }
  }
}

/// Both forms: with a list, for later; with one name, for what is there already.
function need(names: unknown, done?: Factory, failed?: (error: unknown) => void): unknown {
  if (typeof names === "string") {
    if (made.has(names)) return made.get(names);
    throw new Error(`${names} is not loaded yet.`);
  }
  if (!Array.isArray(names)) return need;
  Promise.all(names.map((name) => module(String(name), ""))).then(
    (parts) => done?.(...parts),
    (error) => (failed ? failed(error) : reportError(error)),
  );
  return need;
}

Object.assign(need, {
  config: (config: Config) => {
    configure(config);
    return need;
  },
  undef: (name: string) => {
    for (const kept of [definitions, modules, made]) kept.delete(name);
  },
  defined: (name: string) => made.has(name),
  specified: (name: string) => definitions.has(name) || modules.has(name),
  toUrl: (name: string) => address(name, ""),
});

function define(...given: unknown[]): void {
  const name = typeof given[0] === "string" ? (given.shift() as string) : undefined;
  const needs = Array.isArray(given[0]) ? (given.shift() as unknown[]).map(String) : undefined;
  const [make] = given;
  // Without a list a factory takes what CommonJS has.
  const definition = { needs: needs ?? (typeof make === "function" ? ["require", "exports", "module"] : []), make };
  if (name === undefined) nameless = definition;
  else {
    definitions.set(name, definition);
    modules.delete(name);
  }
}
Object.assign(define, { amd: { jQuery: true } });

function module(name: string, from: string): Promise<unknown> {
  const key = definitions.has(name)
    ? name
    : name.startsWith(".")
      ? new URL(name, `https://x/${from}`).pathname.slice(1)
      : name;
  const known = modules.get(key);
  if (known) return known;
  const coming = build(key).then((value) => {
    made.set(key, value);
    return value;
  });
  modules.set(key, coming);
  coming.catch(() => modules.delete(key));
  return coming;
}

async function build(name: string): Promise<unknown> {
  await Promise.all((needed.get(name) ?? []).map((other) => module(other, name)));
  const definition = definitions.get(name) ?? (await fetched(name));
  if (definition === undefined) {
    const global = exported.get(name);
    return global === undefined ? undefined : Reflect.get(window, global);
  }
  const exports: Record<string, unknown> = {};
  const own = { exports: exports as unknown, id: name };
  const special: Readonly<Record<string, unknown>> = { require: need, exports, module: own };
  const parts = await Promise.all(
    definition.needs.map((other) => (other in special ? special[other] : module(other, name))),
  );
  if (typeof definition.make !== "function") return definition.make;
  return (definition.make as Factory)(...parts) ?? own.exports;
}

let turn: Promise<unknown> = Promise.resolve();

/// One script at a time: what defines a module without a name is the one that has just run.
function fetched(name: string): Promise<Definition | undefined> {
  const coming = turn.then(
    () =>
      new Promise<Definition | undefined>((resolve, reject) => {
        const script = document.createElement("script");
        nameless = undefined;
        script.src = address(name, ".js");
        script.addEventListener("load", () => {
          resolve(definitions.get(name) ?? nameless);
          nameless = undefined;
        });
        script.addEventListener("error", () => reject(new Error(`${name} could not be loaded.`)));
        document.head.append(script);
      }),
  );
  turn = coming.catch(() => undefined);
  return coming;
}

function address(name: string, ending: string): string {
  if (/^(?:https?:)?\/\//.test(name)) return name;
  for (let end = name.length; end > 0; end = name.lastIndexOf("/", end - 1)) {
    const path = paths.get(name.slice(0, end));
    if (path !== undefined) return `${path}${name.slice(end)}${ending}`;
  }
  return `${base}${name}${ending}`;
}
