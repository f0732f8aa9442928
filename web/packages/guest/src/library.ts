/// A library that is one large script: fetched and run as it is, once a frame, and found under its name in the window.

const asked = new Map<string, Promise<unknown>>();

export function library<T>(address: URL, name: string): Promise<T> {
  const known = asked.get(address.href) ?? load(address, name);
  asked.set(address.href, known);
  return known as Promise<T>;
}

function load(address: URL, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address.href;
    script.addEventListener("load", () => resolve((window as unknown as Record<string, unknown>)[name]));
    script.addEventListener("error", () => {
      asked.delete(address.href);
      reject(new Error(`${name} could not be loaded.`));
    });
    document.head.append(script);
  });
}
