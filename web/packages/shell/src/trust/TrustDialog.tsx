/// The sheet: what the notebook wants installed, what comes with it, from where, and what is doubtful about it; and the
/// person's answer. What is approved is the sheet that is shown, by its digest: where it changed meanwhile, the daemon
/// refuses and the new one is shown. Nothing here acts without a press.

import { HoodError, type Sheet } from "@fumehood/protocol";
import { Button, createLoad, Dialog, Name, Progress, Spinner } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Switch } from "solid-js";
import { ago, many } from "../app/format.js";
import { told } from "../app/told.js";
import type { Workspace } from "../app/workspace.js";
import { Packages } from "./Packages.js";
import { Listed, Tick } from "./parts.js";
import {
  type Answers,
  acceptedBefore,
  addsOnly,
  isAskedAgain,
  isEmpty,
  keepsFrom,
  ledTo,
  mayAsk,
  NO_ANSWERS,
  offers,
  toggled,
} from "./sheet.js";
import { Wishes } from "./Wishes.js";
import "./trust.css";

export default function TrustDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook, bench } = props.workspace;
  const { trust } = notebook;
  const [answers, setAnswers] = createSignal<Answers>(NO_ANSWERS);
  const [failed, setFailed] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  /// Named by no wish: indexes lead there.
  const [led, setLed] = createSignal<readonly string[]>([]);
  const [whole, setWhole] = createSignal(false);
  const partly = () => {
    const shown = sheet();
    return shown !== undefined && !whole() && isAskedAgain(shown);
  };
  const checking = () => trust.state().status === "checking";
  // While it is checked, each step is an event, and the sheet is the same.
  const news = createMemo(() => (checking() ? "checking" : trust.state()));
  const sheet = createLoad(news, () => trust.sheet());
  let actions: HTMLUListElement | undefined;
  // A button that did its work goes, and with it the focus. The keyboard goes on at the next thing to do; but what was
  // never read is not one key away from being approved.
  const keepFocus = () => {
    const { activeElement } = document;
    if (activeElement && activeElement !== document.body) return;
    const unread = sheet()?.plan && !sheet()?.nothing_new;
    const next = unread ? "h2" : "button[type=submit]:not(:disabled)";
    actions?.closest("form")?.querySelector<HTMLElement>(next)?.focus();
  };
  createEffect(on([sheet, busy, whole], () => queueMicrotask(keepFocus), { defer: true }));
  const answer = (change: Partial<Answers>) => setAnswers((old) => ({ ...old, ...change }));

  const attempt = async (asked: () => Promise<unknown>) => {
    setBusy(true);
    setFailed(undefined);
    try {
      await asked();
      sheet.again();
      return true;
    } catch (error) {
      setFailed(() => error);
      setLed((old) => [...new Set([...old, ...ledTo(error)])]);
      // What the person saw is not what is there now.
      if (error instanceof HoodError && error.code === "trust.changed") {
        setAnswers(NO_ANSWERS);
        sheet.again();
      }
      return false;
    } finally {
      setBusy(false);
    }
  };
  const hosts = (shown: Sheet) => [...new Set([...(shown.hosts ?? []), ...led()])];
  const check = (shown: Sheet) =>
    attempt(() => trust.check(hosts(shown).filter((one) => mayAsk(shown, answers(), one))));
  const approve = async (shown: Sheet) => {
    if (!(await attempt(() => trust.approve(shown.digest, [...answers().builds])))) return;
    props.onClose();
    if (!grows(shown)) bench.attempt(alive() ? notebook.requests.restart() : notebook.requests.start());
  };
  const without = () => {
    props.onClose();
    bench.attempt(notebook.requests.start("", true));
  };
  /// The daemon hands what is added to the kernel that runs.
  const grows = (shown: Sheet) => alive() && (trust.state().environment ?? "") !== "" && addsOnly(shown);
  const alive = () => !["none", "dead"].includes(notebook.kernel().status);
  const revoke = () => void attempt(() => trust.revoke());
  const may = (shown: Sheet) => !busy() && !checking() && keepsFrom(shown, answers()).length === 0;
  const settled = (shown: Sheet) => shown.status === "approved" || shown.status === "nothing";
  const submit = () => {
    const shown = sheet();
    if (!shown || settled(shown)) props.onClose();
    else if (shown.status !== "offered" && may(shown)) void (shown.plan ? approve(shown) : check(shown));
  };
  return (
    <Dialog
      title="Packages"
      width="wide"
      onClose={props.onClose}
      onSubmit={submit}
      actions={
        <Show when={sheet()}>
          {(shown) => (
            <>
              <Show when={!settled(shown()) && shown().status !== "offered" && !alive()}>
                <Button disabled={busy()} onClick={without}>
                  Start without installing
                </Button>
              </Show>
              <Show when={shown().status === "approved"}>
                <Button disabled={busy()} onClick={revoke}>
                  Take back
                </Button>
              </Show>
              <ul
                ref={(element) => {
                  actions = element;
                }}
                class="trust-missing"
                aria-label="What is missing for it"
                aria-live="polite"
              >
                <For each={settled(shown()) || shown().status === "offered" ? [] : keepsFrom(shown(), answers())}>
                  {(one) => <li dir="auto">{one}</li>}
                </For>
              </ul>
              <Show
                when={!settled(shown()) && shown().status !== "offered"}
                fallback={<Button type="submit">Close</Button>}
              >
                <Button onClick={() => props.onClose()}>Not now</Button>
                <Show
                  when={shown().plan}
                  fallback={
                    <Button tone="primary" type="submit" disabled={!may(shown())}>
                      Check
                    </Button>
                  }
                >
                  <Button
                    tone="primary"
                    type="submit"
                    disabled={!may(shown())}
                    autofocus={shown().nothing_new === true}
                  >
                    {grows(shown()) ? "Trust & add" : alive() ? "Trust & restart" : "Trust & start"}
                  </Button>
                </Show>
              </Show>
            </>
          )}
        </Show>
      }
    >
      <Switch>
        <Match when={sheet.error && !sheet()}>
          <p role="alert" dir="auto">
            {told(sheet.error).text} <Button onClick={() => sheet.again()}>Try again</Button>
          </p>
        </Match>
        <Match when={!sheet()}>
          <Spinner label="Reading what it asks for…" />
        </Match>
        <Match when={sheet()}>
          {(shown) => (
            <>
              <Summary shown={shown()} />
              <Show when={partly()}>
                <p>
                  <Button small onClick={() => setWhole(true)}>
                    Show all, also what stays as it was
                  </Button>
                </p>
              </Show>
              <Show when={failed()}>
                {(error) => (
                  <p class="trust-failed" role="alert" dir="auto">
                    {told(error()).text} {told(error()).hint}
                  </p>
                )}
              </Show>
              <Show when={checking()}>
                <Step workspace={props.workspace} />
              </Show>
              <Wishes
                workspace={props.workspace}
                sheet={shown()}
                answers={answers()}
                busy={busy()}
                partly={partly()}
                onMeant={(name, on) => answer({ meant: toggled(answers().meant, name, on) })}
                onLeave={(file) => void attempt(() => trust.offer(file, false))}
                onReplace={(text, name) => void attempt(() => trust.edit([text], [name]))}
              />
              <Hosts
                sheet={shown()}
                foreign={hosts(shown())}
                answers={answers()}
                onAccept={(host, on) =>
                  answer({
                    hosts: toggled(answers().hosts, host, on),
                    declined: toggled(answers().declined, host, !on),
                  })
                }
              />
              <For each={offers(shown())}>
                {([file, wishes]) => (
                  <Listed
                    title={
                      <>
                        Offered by <Name text={file} />
                      </>
                    }
                    rows={[wishes]}
                  >
                    {(some) => (
                      <>
                        <span class="list-text">
                          <Name class="trust-code" text={some.map(({ text }) => text).join(", ")} />
                          <span class="list-hint">
                            A file beside the notebook. It does nothing unless you take it up.
                          </span>
                        </span>
                        <Button small disabled={busy()} onClick={() => void attempt(() => trust.offer(file, true))}>
                          Take it up
                        </Button>
                      </>
                    )}
                  </Listed>
                )}
              </For>
              <Show when={shown().plan}>
                {(plan) => (
                  <Packages
                    sheet={shown()}
                    plan={plan()}
                    answers={answers()}
                    partly={partly()}
                    onBuild={(name, on) => answer({ builds: toggled(answers().builds, name, on) })}
                  />
                )}
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </Dialog>
  );
}

function Summary(props: { readonly shown: Sheet }): JSX.Element {
  const asked = () => props.shown.asked.requirements?.length ?? 0;
  return (
    <Switch
      fallback={
        <p>
          This notebook asks for {many(asked(), "package")}. Nothing is installed, and nothing was asked of any other
          machine, until you say so.
        </p>
      }
    >
      <Match when={props.shown.status === "nothing" || isEmpty(props.shown)}>
        <p>This notebook asks for no packages: it runs in an installed kernel as it is.</p>
      </Match>
      <Match when={props.shown.status === "offered"}>
        <p>This notebook asks for no packages of its own. Files beside it offer some.</p>
      </Match>
      <Match when={props.shown.status === "approved"}>
        <p>
          Approved by <Name text={props.shown.approved_by ?? ""} />,{" "}
          {ago(props.shown.approved_at ?? 0, Date.now() / 1000)}. Exactly these files are installed.
        </p>
      </Match>
      <Match when={props.shown.status === "failed"}>
        <p class="trust-failed" role="alert" dir="auto">
          {props.shown.problem}
        </p>
      </Match>
      <Match when={props.shown.nothing_new}>
        <p>Nothing new: all of these files were approved for this notebook before.</p>
      </Match>
      <Match when={props.shown.status === "proposed"}>
        <p>
          <Name text={props.shown.proposed_by ?? ""} /> changed what this notebook asks for. Nothing of it is installed
          until you say so.
        </p>
      </Match>
      <Match when={(props.shown.changes?.length ?? 0) > 0}>
        <p>What this notebook asks for changed since you approved it. This is the difference.</p>
      </Match>
      <Match when={props.shown.plan}>
        <p>Checked. On “Trust &amp; start” exactly these files are installed, and no others.</p>
      </Match>
    </Switch>
  );
}

function Step(props: { readonly workspace: Workspace }): JSX.Element {
  const state = () => props.workspace.notebook.trust.state();
  const label = () => state().step || "Checking…";
  return (
    <Show when={(state().total ?? 0) > 0} fallback={<Spinner label={label()} />}>
      <Progress label={label()} value={state().done ?? 0} max={state().total ?? 1} />
    </Show>
  );
}

function Hosts(props: {
  readonly sheet: Sheet;
  readonly foreign: readonly string[];
  readonly answers: Answers;
  readonly onAccept: (host: string, on: boolean) => void;
}): JSX.Element {
  // A folder of this machine has no host.
  const own = () => {
    const indexes = (props.sheet.asked.indexes ?? []).filter(({ foreign, host }) => !foreign && host !== "");
    return [...new Set(indexes.map(({ host }) => host))];
  };
  const hosts = () => [
    ...props.foreign.map((host) => ({ host, foreign: true })),
    ...own().map((host) => ({ host, foreign: false })),
  ];
  const Named = (one: { readonly host: string; readonly hint: string }) => (
    <span class="list-text">
      <Name text={one.host} />
      <span class="list-hint">{one.hint}</span>
    </span>
  );
  return (
    <Listed title="Hosts that would be asked" rows={hosts()}>
      {({ host, foreign }) =>
        foreign ? (
          <Tick checked={mayAsk(props.sheet, props.answers, host)} onChange={(on) => props.onAccept(host, on)}>
            <Named
              host={host}
              hint={
                acceptedBefore(props.sheet, host)
                  ? "Not your own setting. You accepted it before, and nothing about it changed."
                  : "Not your own setting. May it be asked?"
              }
            />
          </Tick>
        ) : (
          <Named host={host} hint="Your own setting." />
        )
      }
    </Listed>
  );
}
