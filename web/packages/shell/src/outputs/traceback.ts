/// What a Python traceback says, read from its text: frames with where they are. Pure; the text is a stranger's, so that
/// a place in it is only ever an offer to look there.

import { type Row, splitRows } from "./rows.js";
import { strip } from "./sgr.js";

export interface Place {
  /// `In [count]`; undefined for a file.
  readonly count?: number;
  readonly file?: string;
  readonly line: number;
}

export interface Section {
  readonly rows: readonly Row[];
  /// Where the section's first row points to.
  readonly place: Place | null;
  /// Inside an installed package.
  readonly library: boolean;
}

/// A traceback of a deep recursion: what is more is shown as plain text.
export const SECTIONS = 2000;

const CELL = /^\s*(?:Cell |Input )?In\s?\[(\d{1,9})\](?:, line (\d{1,9})|, in )/;
const FILE = /^\s*File\s+"?([^"\n]{1,1024}?)"?(?::(\d{1,9})|, line (\d{1,9}))(?:,|$|\s)/;
const OLD = /^(<ipython-input-(\d{1,9})-[0-9a-f]+>|[~/][^\s:]{1,1024}\.py) in /;
const ARROW = /^-+> (\d{1,9})(?: |$)/;
const LIBRARY = /(?:^|[\\/])(?:site-packages|dist-packages|lib[\\/]python\d(?:\.\d+)?)[\\/]|^<frozen /;

export function readTraceback(text: string): readonly Section[] {
  const sections: { rows: Row[]; place: Place | null; library: boolean }[] = [
    { rows: [], place: null, library: false },
  ];
  for (const row of splitRows(text)) {
    const plain = strip(row.text);
    const start = header(plain);
    const current = sections[sections.length - 1] as (typeof sections)[number];
    if (start) sections.push({ rows: [row], place: start, library: isLibrary(start) });
    else {
      // After a frame's source the message follows, behind an empty row.
      if (
        current.place &&
        current.rows.length > 1 &&
        isEmpty(current.rows[current.rows.length - 1]) &&
        !isSource(plain)
      )
        sections.push({ rows: [row], place: null, library: false });
      else current.rows.push(row);
      const arrow = ARROW.exec(plain);
      if (arrow && current.place && current.place.line < 1)
        current.place = { ...current.place, line: Number(arrow[1]) };
    }
  }
  return sections.filter((section) => section.rows.length > 0).map(withLine);
}

/// A place without a line leads nowhere.
function withLine(section: Section): Section {
  return section.place && section.place.line < 1 ? { ...section, place: null } : section;
}

/// A frame's first row; line 0 where it says none.
export function header(plain: string): Place | null {
  const cell = CELL.exec(plain);
  if (cell) return { count: Number(cell[1]), line: Number(cell[2] ?? 0) };
  const file = FILE.exec(plain);
  if (file) return at(file[1] ?? "", Number(file[2] ?? file[3]));
  const old = OLD.exec(plain);
  if (old) return old[2] === undefined ? at(old[1] ?? "", 0) : { count: Number(old[2]), line: 0 };
  return null;
}

function at(file: string, line: number): Place {
  const input = /^<ipython-input-(\d{1,9})-[0-9a-f]+>$/.exec(file);
  return input ? { count: Number(input[1]), line } : { file, line };
}

function isLibrary(place: Place): boolean {
  return place.file !== undefined && LIBRARY.test(place.file);
}

function isEmpty(row: Row | undefined): boolean {
  return row === undefined || strip(row.text).trim() === "";
}

function isSource(plain: string): boolean {
  return /^\s*(?:-+>)?\s*\d+(?: |$)/.test(plain) || plain.trim() === "";
}
