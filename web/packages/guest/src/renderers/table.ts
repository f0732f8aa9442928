/// A table of any length: what is in view is in the document. Sorted by a click on a column's name, looked through by a
/// text.

import "regular-table";
import "regular-table/dist/css/container.css";
import "../styles/table.css";
import type { RegularTableElement } from "regular-table";
import type { Content } from "../content.js";
import { type ReadTable, readArrow } from "../tables/arrow.js";
import { all, type Column, matching, ordered, shown } from "../tables/rows.js";

const ROW_PIXELS = 22;
const MOST_PIXELS = 420;
const PAUSE_MS = 150;

export async function renderTable(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  const table = readArrow(await content.bytes());
  host.classList.add("data-table");
  const view = new TableView(table, signal);
  host.append(view.head, view.element);
  await view.draw();
}

class TableView {
  readonly head = document.createElement("div");
  readonly element = document.createElement("regular-table") as RegularTableElement;
  readonly #said = document.createElement("span");
  readonly #table: ReadTable;
  readonly #signal: AbortSignal;
  #found: Uint32Array;
  #rows: Uint32Array;
  #sort: { readonly at: number; readonly down: boolean } | null = null;
  #query = "";

  constructor(table: ReadTable, signal: AbortSignal) {
    this.#table = table;
    this.#signal = signal;
    this.#found = this.#rows = all(table.count);
    this.head.className = "table-head";
    this.#said.setAttribute("role", "status");
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Filter rows";
    field.setAttribute("aria-label", "Filter rows");
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void this.#filter(field.value), PAUSE_MS);
    });
    this.head.append(field, this.#said);
    this.element.tabIndex = 0;
    this.element.setDataListener(async (x0, y0, x1, y1) => this.#part(x0, y0, x1, y1));
    this.element.addStyleListener(() => this.#dress());
    this.element.addEventListener("click", (event) => this.#pressed(event));
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") this.#pressed(event);
    });
    this.#fit();
    this.#tell();
  }

  async draw(): Promise<void> {
    await this.element.draw();
  }

  #part(x0: number, y0: number, x1: number, y1: number) {
    const { columns, index } = this.#table;
    const rows = [...this.#rows.subarray(y0, y1)];
    return {
      num_rows: this.#rows.length,
      num_columns: columns.length,
      column_headers: columns.slice(x0, x1).map(({ name }, at) => [`${name}${this.#mark(x0 + at)}`]),
      row_headers: rows.map((row) => (index.length > 0 ? index.map((each) => shown(each.at(row))) : [String(row)])),
      data: columns.slice(x0, x1).map((column) => rows.map((row) => shown(column.at(row)))),
    };
  }

  #mark(at: number): string {
    return this.#sort?.at !== at ? "" : this.#sort.down ? " ↓" : " ↑";
  }

  #dress(): void {
    for (const cell of this.element.querySelectorAll<HTMLElement>("tbody td, thead th")) {
      const x = this.#place(cell);
      const column = x === undefined ? undefined : this.#table.columns[x];
      cell.classList.toggle("number", column?.kind === "number");
      if (cell.tagName !== "TH" || column === undefined) continue;
      cell.tabIndex = 0;
      const sorted = this.#sort?.at === x ? (this.#sort?.down ? "descending" : "ascending") : "none";
      cell.setAttribute("aria-sort", sorted);
    }
  }

  /// The number of the column that the cell is of; none for the index.
  #place(cell: HTMLElement): number | undefined {
    const about = this.element.getMeta(cell);
    return about && "x" in about ? about.x : undefined;
  }

  #pressed(event: Event): void {
    const cell = (event.target as Element).closest<HTMLElement>("thead th");
    const at = cell ? this.#place(cell) : undefined;
    const column = at === undefined ? undefined : this.#table.columns[at];
    if (at === undefined || column === undefined) return;
    event.preventDefault();
    const was = this.#sort?.at === at ? this.#sort : null;
    this.#sort = was === null ? { at, down: false } : was.down ? null : { at, down: true };
    this.#arrange();
  }

  async #filter(query: string): Promise<void> {
    this.#query = query;
    const { columns, index, count } = this.#table;
    const found = await matching([...index, ...columns], count, query, async () => {
      await new Promise((done) => setTimeout(done));
      return this.#query === query && !this.#signal.aborted;
    });
    if (found === null || this.#query !== query) return;
    this.#found = found;
    this.#arrange();
  }

  #arrange(): void {
    const column: Column | undefined = this.#sort === null ? undefined : this.#table.columns[this.#sort.at];
    this.#rows = column ? ordered(this.#found, column, this.#sort?.down === true) : this.#found;
    this.#tell();
    void this.element.draw();
  }

  /// As high as its rows, up to a bound; a filter does not make the notebook jump.
  #fit(): void {
    this.element.style.height = `${Math.min(MOST_PIXELS, (this.#table.count + 1) * ROW_PIXELS + 18)}px`;
  }

  #tell(): void {
    const { count, whole, columns } = this.#table;
    const number = (value: number) => value.toLocaleString("en");
    const some = this.#rows.length < count ? `${number(this.#rows.length)} of ` : "";
    const cut = whole > count ? `the first ${number(count)} of ${number(whole)} rows` : `${number(count)} rows`;
    this.#said.textContent = `${some}${cut} × ${number(columns.length)} columns`;
  }
}
