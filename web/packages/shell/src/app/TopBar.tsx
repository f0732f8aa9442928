/// The bar above the notebook: which file it is, what one does most, and the way to everything else.

import {
  Button,
  ChevronDownIcon,
  DownloadIcon,
  HelpIcon,
  HistoryIcon,
  HomeIcon,
  type Icon,
  IconButton,
  KernelIcon,
  KeyboardIcon,
  MenuButton,
  type MenuItem,
  MoreIcon,
  Name,
  OutlineIcon,
  PlusIcon,
  PowerIcon,
  RedoIcon,
  RestartIcon,
  RunAllIcon,
  RunIcon,
  SaveIcon,
  SearchIcon,
  Select,
  SettingsIcon,
  StopIcon,
  TrashIcon,
  tip,
  UndoIcon,
  visible,
} from "@fumehood/ui";
import { type JSX, Show } from "solid-js";
import { COMMANDS } from "../commands/table.js";
import type { CellType } from "../notebook/types.js";
import { baseName, folderOf, shortFolder } from "./format.js";
import { People } from "./People.js";
import { environmentName } from "./states.js";
import type { Workspace } from "./workspace.js";

const KEYS = new Map(COMMANDS.map((command) => [command.id, command.keys[0]]));

const TYPES: readonly { readonly value: CellType; readonly label: string; readonly command: string }[] = [
  { value: "code", label: "Code", command: "to-code" },
  { value: "markdown", label: "Markdown", command: "to-markdown" },
  { value: "raw", label: "Raw", command: "to-raw" },
];

export function TopBar(props: { readonly workspace: Workspace }): JSX.Element {
  const { notebook, bench } = props.workspace;
  const act = (command: string) => {
    bench.execute(command);
    bench.refocus();
  };
  const running = () => notebook.queue().size > 0;
  const activeType = (): CellType => {
    const { active } = bench.place();
    return (active === null ? undefined : notebook.cell(active)?.type()) ?? "code";
  };
  const readOnly = () => notebook.readOnly() !== null;
  return (
    <header class="top">
      <IconButton icon={HomeIcon} label="Other notebooks" onClick={() => props.workspace.route.go(null)} />
      <div class="top-file" ref={(element) => tip(element, () => ({ text: visible(notebook.path) }))}>
        <h1 class="top-name">
          <Name text={baseName(notebook.path)} />
        </h1>
        <Name class="top-folder" text={shortFolder(folderOf(notebook.path))} />
      </div>
      <Show when={!readOnly()}>
        <div class="top-tools" role="toolbar" aria-label="Notebook">
          <IconButton
            icon={RunIcon}
            label="Run the selected cells and go to the next"
            shortcut="Shift-Enter"
            tone="accent"
            disabled={!bench.enabled("run-advance")}
            onClick={() => act("run-advance")}
          />
          <IconButton
            icon={StopIcon}
            label="Interrupt the kernel"
            shortcut={KEYS.get("interrupt")}
            tone="danger"
            disabled={!running()}
            onClick={() => act("interrupt")}
          />
          <IconButton
            icon={RestartIcon}
            label="Restart the kernel"
            shortcut={KEYS.get("restart")}
            disabled={!bench.enabled("restart")}
            onClick={() => act("restart")}
          />
          <IconButton icon={RunAllIcon} label="Run all cells" class="top-wide" onClick={() => act("run-all")} />
          <span class="top-line" />
          <IconButton
            icon={PlusIcon}
            label="Insert a cell below"
            shortcut={KEYS.get("insert-below")}
            onClick={() => act("insert-below")}
          />
          <div class="top-type">
            <Select
              label="Type of the cell"
              bare
              small
              value={activeType()}
              choices={TYPES}
              onChange={(type) => act(TYPES.find(({ value }) => value === type)?.command ?? "to-code")}
            />
          </div>
        </div>
      </Show>
      <span class="gap" />
      <People workspace={props.workspace} />
      <Show when={!readOnly()}>
        <KernelChip workspace={props.workspace} />
        <IconButton
          icon={OutlineIcon}
          label="Outline"
          shortcut={KEYS.get("outline")}
          pressed={bench.outline()}
          class="top-wide"
          onClick={() => bench.setOutline(!bench.outline())}
        />
        <IconButton
          icon={SearchIcon}
          label="Find"
          shortcut={KEYS.get("find")}
          class="top-wide"
          onClick={() => bench.execute("find")}
        />
      </Show>
      <MenuButton icon={MoreIcon} label="More" align="end" items={() => more(props.workspace)} />
    </header>
  );
}

function KernelChip(props: { readonly workspace: Workspace }): JSX.Element {
  const kernel = () => props.workspace.notebook.kernel();
  return (
    <Button tone="quiet" class="chip" onClick={() => props.workspace.setOpen("kernel")} aria-haspopup="dialog">
      <span class={`dot dot-${kernel().status}`} aria-hidden="true" />
      <span class="sr-only">Kernel:</span>
      <Name
        class="chip-name"
        text={environmentName(kernel(), props.workspace.notebook.metadata()) ?? "Choose a kernel"}
      />
      <ChevronDownIcon size={12} />
    </Button>
  );
}

function more(workspace: Workspace): readonly MenuItem[] {
  const { bench } = workspace;
  const command = (id: string, label: string, icon: Icon | undefined) => ({
    label,
    icon,
    shortcut: KEYS.get(id),
    disabled: !bench.enabled(id),
    run: () => void bench.execute(id),
  });
  const general: readonly MenuItem[] = [
    { label: "Settings…", icon: SettingsIcon, run: () => workspace.setOpen("settings") },
    { label: "Keyboard and about…", icon: HelpIcon, shortcut: KEYS.get("keys"), run: () => workspace.setOpen("help") },
  ];
  if (workspace.notebook.readOnly() !== null) return general;
  return [
    command("palette", "All commands…", KeyboardIcon),
    command("find", "Find…", SearchIcon),
    command("outline", "Outline", OutlineIcon),
    { separator: true },
    command("save", "Save", SaveIcon),
    command("save-as", "Save a copy…", undefined),
    command("export-html", "Export as HTML…", DownloadIcon),
    command("print", "Print…", undefined),
    command("undo", "Undo", UndoIcon),
    command("redo", "Redo", RedoIcon),
    command("versions", "Versions of the cell…", HistoryIcon),
    command("trash", "Deleted cells…", TrashIcon),
    { separator: true },
    command("run-all", "Run all cells", RunAllIcon),
    command("restart-run-all", "Restart and run all…", RestartIcon),
    command("clear-all-outputs", "Clear all outputs", undefined),
    command("pick-kernel", "Kernel…", KernelIcon),
    command("packages", "Packages…", undefined),
    command("shutdown", "Shut the kernel down…", PowerIcon),
    { separator: true },
    ...general,
  ];
}
