/// What compiled components import instead of `solid-js/web`. The compiler turns JSX into constant HTML strings; under
/// Trusted Types a string becomes elements only through a policy, and this is the page's only one. Nothing but the
/// compiler's output may import `template` from here (`tests/web/test_sources.py` looks for others).

import { template as parse } from "solid-js/web";

export * from "solid-js/web";

interface Policy {
  createHTML(html: string): string;
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

/// Scripts of this build, beside the page's own.
const BUILT = /^\/assets\/[A-Za-z0-9._-]+\.js$/;

const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = types?.createPolicy("fumehood-templates", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (!BUILT.test(url)) throw new TypeError("not a script of this build");
    return url;
  },
});

/// The twin of Solid's own `template`, for constants of this build.
export const template = ((html: string, ...rest: never[]) =>
  (parse as (...all: unknown[]) => () => Element)(policy ? policy.createHTML(html) : html, ...rest)) as typeof parse;

/// The address of a worker of this build, as `new Worker` takes it.
export const workerUrl = (url: string): string => (policy ? policy.createScriptURL(url) : url);
