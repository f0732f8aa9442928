/// The settings, each taken at once and kept for every window.

import { Button, Dialog, Select, type Tab, Tabs, TextField, Toggle } from "@fumehood/ui";
import { createSignal, For, type JSX } from "solid-js";
import { settings } from "../settings/index.js";
import { CODE_SIZES, checked, INDENTS, type Settings, UI_SIZES } from "../settings/settings.js";

const values = settings.values;
type Section = "looks" | "editor" | "notebook";

const sizes = ({ min, max }: { readonly min: number; readonly max: number }) =>
  Array.from({ length: max - min + 1 }, (_, step) => ({ value: `${min + step}`, label: `${min + step} px` }));

export default function SettingsDialog(props: { readonly onClose: () => void }): JSX.Element {
  const [section, setSection] = createSignal<Section>("looks");
  const tabs: readonly Tab<Section>[] = [
    { value: "looks", label: "Looks", content: () => <Looks /> },
    { value: "editor", label: "Editor", content: () => <Editor /> },
    { value: "notebook", label: "Notebook", content: () => <Notebook /> },
  ];
  return (
    <Dialog
      title="Settings"
      width="medium"
      onClose={props.onClose}
      onSubmit={props.onClose}
      actions={
        <>
          <Button tone="quiet" onClick={() => settings.reset()}>
            Back to the defaults
          </Button>
          <span class="gap" />
          <Button tone="primary" type="submit">
            Done
          </Button>
        </>
      }
    >
      <div class="settings">
        <Tabs label="Settings" tabs={tabs} value={section()} onChange={setSection} />
      </div>
    </Dialog>
  );
}

const THEME_NAMES: readonly { readonly value: Settings["theme"]; readonly label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "contrast", label: "High contrast, as the system" },
  { value: "contrast-light", label: "High contrast, light" },
  { value: "contrast-dark", label: "High contrast, dark" },
];

function Looks(): JSX.Element {
  return (
    <div class="settings-grid">
      <Select
        label="Theme"
        value={values.theme}
        choices={THEME_NAMES}
        onChange={(theme) => settings.change({ theme })}
      />
      <Select
        label="Density"
        value={values.density}
        choices={[
          { value: "comfortable", label: "Comfortable" },
          { value: "compact", label: "Compact" },
        ]}
        onChange={(density) => settings.change({ density })}
      />
      <Select
        label="Size of text"
        value={`${values.uiSize}`}
        choices={sizes(UI_SIZES)}
        onChange={(size) => settings.change({ uiSize: Number(size) })}
      />
      <Select
        label="Width of the notebook"
        value={values.width}
        choices={[
          { value: "narrow", label: "Narrow" },
          { value: "medium", label: "Medium" },
          { value: "wide", label: "Wide" },
          { value: "full", label: "The whole window" },
        ]}
        onChange={(width) => settings.change({ width })}
      />
      <Select
        label="Motion"
        value={values.motion}
        choices={[
          { value: "system", label: "As the system" },
          { value: "reduced", label: "Reduced" },
        ]}
        onChange={(motion) => settings.change({ motion })}
      />
      <Font label="Font" setting="uiFont" usual="The system's font" />
    </div>
  );
}

/// What is typed is shown as it is; only what is a list of names is taken.
function Font(props: {
  readonly label: string;
  readonly setting: "uiFont" | "codeFont";
  readonly usual: string;
}): JSX.Element {
  const [font, setFont] = createSignal(values[props.setting]);
  const bad = () => checked({ [props.setting]: font() })[props.setting] === undefined;
  return (
    <div class="settings-wide">
      <TextField
        label={props.label}
        value={font()}
        placeholder={props.usual}
        error={bad() ? "Names of fonts, with commas between them." : undefined}
        onInput={(text) => {
          setFont(text);
          settings.change({ [props.setting]: text });
        }}
      />
    </div>
  );
}

const EDITOR_SWITCHES = [
  ["lineNumbers", "Line numbers"],
  ["wrap", "Wrap long lines"],
  ["closeBrackets", "Close brackets and quotes while typing"],
  ["matchBrackets", "Mark the matching bracket"],
  ["hover", "Show what the kernel knows about a name under the pointer"],
] as const satisfies readonly (readonly [keyof Settings, string])[];

function Editor(): JSX.Element {
  return (
    <div class="settings-grid">
      <Select
        label="Size of code"
        value={`${values.codeSize}`}
        choices={sizes(CODE_SIZES)}
        onChange={(size) => settings.change({ codeSize: Number(size) })}
      />
      <Select
        label="Indentation"
        value={`${values.indent}`}
        choices={INDENTS.map((indent) => ({ value: `${indent}`, label: `${indent} spaces` }))}
        onChange={(indent) => settings.change({ indent: Number(indent) })}
      />
      <Font label="Font of code" setting="codeFont" usual="The system's monospace font" />
      <div class="settings-wide settings-switches">
        <For each={EDITOR_SWITCHES}>
          {([key, label]) => (
            <Toggle label={label} checked={values[key]} onChange={(on) => settings.change({ [key]: on })} />
          )}
        </For>
      </div>
    </div>
  );
}

function Notebook(): JSX.Element {
  return (
    <div class="settings-switches">
      <Toggle
        label="Save by itself"
        hint="A moment after an edit. Off: the file is written only when you save; nothing is lost meanwhile."
        checked={values.autosave}
        onChange={(autosave) => settings.change({ autosave })}
      />
      <Toggle label="Show the outline" checked={values.panel} onChange={(panel) => settings.change({ panel })} />
    </div>
  );
}
