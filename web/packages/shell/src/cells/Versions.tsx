/// What a cell's source was before: any version can be taken back. That is an edit like any other, so it can be undone.

import type { Version } from "@fumehood/protocol";
import type { JSX } from "solid-js";
import type { Bench } from "../commands/types.js";
import { Sources } from "./Sources.js";
import { moment } from "./words.js";

export function Versions(props: { readonly bench: Bench; readonly cell: string }): JSX.Element {
  const { bench } = props;
  const take = (version: Version) => {
    const now = bench.notebook.cell(props.cell)?.source();
    if (now !== undefined && now !== version.source)
      bench.notebook.edits.replaceText(props.cell, 0, now.length, version.source);
  };
  return (
    <Sources
      bench={bench}
      title="Versions of this cell"
      load={() => bench.notebook.requests.versions(props.cell).then((all) => all.toReversed())}
      none="This cell has no older versions."
      head={(version) => (
        <>
          <span>{moment(version.time)}</span>
          <bdi class="choice-by">{version.by}</bdi>
        </>
      )}
      action="Take this version"
      onAct={take}
    />
  );
}
