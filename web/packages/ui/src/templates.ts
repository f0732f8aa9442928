/// What compiled components import instead of `solid-js/web`. The compiler turns JSX into constant HTML strings; under
/// Trusted Types a string becomes elements only through a policy, and this is the page's only one. Nothing but the
/// compiler's output may import `template` from here (`tests/web/test_sources.py` looks for others).

import { template as parse } from "solid-js/web";

export * from "solid-js/web";

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string };
}

const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = types?.createPolicy("fumehood-templates", { createHTML: (html) => html });

/// The twin of Solid's own `template`, for constants of this build.
export const template = ((html: string, ...rest: never[]) =>
  (parse as (...all: unknown[]) => () => Element)(policy ? policy.createHTML(html) : html, ...rest)) as typeof parse;
