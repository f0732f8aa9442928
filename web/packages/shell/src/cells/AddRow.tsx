/// Under the last cell: more cells.

import { Button, PlusIcon } from "@fumehood/ui";
import type { JSX } from "solid-js";
import { insert } from "../commands/editing.js";
import type { Bench } from "../commands/types.js";
import type { CellType } from "../notebook/types.js";

export function AddRow(props: { readonly bench: Bench }): JSX.Element {
  const put = (type: CellType) => insert(props.bench, props.bench.notebook.order().at(-1) ?? null, type, "edit");
  return (
    <div class="add-row">
      <Button small tone="quiet" icon={PlusIcon} onClick={() => put("code")}>
        Code
      </Button>
      <Button small tone="quiet" icon={PlusIcon} onClick={() => put("markdown")}>
        Markdown
      </Button>
    </div>
  );
}
