/// Above the notebook: packages that wait for the person's answer, and how far checking and installing are.

import { Banner, Button, Name, Progress, Spinner } from "@fumehood/ui";
import { type JSX, Match, Show, Switch } from "solid-js";
import type { Workspace } from "../app/workspace.js";
import { bannerSaid } from "./sheet.js";

export function TrustBanner(props: { readonly workspace: Workspace }): JSX.Element {
  const { notebook, open, setOpen } = props.workspace;
  const state = notebook.trust.state;
  const working = () => (state().status === "checking" || state().status === "approved") && state().step;
  return (
    <Switch>
      <Match when={working()}>
        {(step) => (
          <Banner tone="info">
            <Show when={(state().total ?? 0) > 0} fallback={<Spinner label={step()} />}>
              <Progress label={step()} value={state().done ?? 0} max={state().total ?? 1} />
            </Show>
          </Banner>
        )}
      </Match>
      <Match when={open() !== "packages" && bannerSaid(state())}>
        {(said) => (
          <Banner
            tone={state().status === "failed" ? "warning" : "info"}
            actions={
              <Button small tone="primary" onClick={() => setOpen("packages")}>
                {said().review}
              </Button>
            }
          >
            <Show when={state().status === "proposed"}>
              <strong>
                <Name text={state().by || "An agent"} />
              </strong>{" "}
            </Show>
            {said().text}
          </Banner>
        )}
      </Match>
    </Switch>
  );
}
