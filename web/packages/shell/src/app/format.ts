/// Times, sizes and paths as people read them. Pure; `now` and the locale come in, so that tests know them.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/// `12:03`, or with the day where it was another one. Times are seconds since the epoch, as on the wires.
export function clock(time: number, now: number, locale?: string): string {
  const at = new Date(time * 1000);
  const { hours, days } = timesOf(locale);
  if (at.toDateString() === new Date(now * 1000).toDateString()) return hours.format(at);
  return `${days.format(at)}, ${hours.format(at)}`;
}

interface Times {
  readonly hours: Intl.DateTimeFormat;
  readonly days: Intl.DateTimeFormat;
}

const known = new Map<string | undefined, Times>();

/// Kept, because one takes milliseconds to make, and the status bar says a time at every save, in the midst of typing.
function timesOf(locale: string | undefined): Times {
  let times = known.get(locale);
  if (times === undefined) {
    times = {
      hours: new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }),
      days: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }),
    };
    known.set(locale, times);
  }
  return times;
}

/// `5 minutes ago`, `yesterday`; a date for what is older than a month.
export function ago(time: number, now: number, locale?: string): string {
  const passed = Math.max(0, now - time);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (passed < MINUTE) return relative.format(0, "second");
  if (passed < HOUR) return relative.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), "hour");
  if (passed < 30 * DAY) return relative.format(-Math.floor(passed / DAY), "day");
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(time * 1000));
}

export function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

/// The end of a folder's path, which says most, in about `most` characters.
export function shortFolder(folder: string, most = 36): string {
  if (folder.length <= most) return folder;
  const parts = folder.split("/");
  let kept = parts.pop() ?? "";
  for (let part = parts.pop(); part !== undefined && kept.length + part.length + 1 <= most; part = parts.pop())
    kept = `${part}/${kept}`;
  return `…/${kept.length > most ? `…${kept.slice(-most)}` : kept}`;
}

/// What turns the direction of text, or is no character, has no place where text cannot be isolated: a tab's title.
export function plainTitle(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, "").slice(0, 120);
}

/// A path as one word of a POSIX shell, whatever it holds; a line end in it must not end the command.
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.startsWith("-")) return text;
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((letter) => {
    if (letter === "'" || letter === "\\") return `\\${letter}`;
    if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(letter)) return letter;
    return [...new TextEncoder().encode(letter)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  });
  return `$'${escaped.join("")}'`;
}

/// One or two letters for a person; `?` where the name has none.
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].flatMap((word) =>
    [...(word ?? "")].slice(0, 1),
  );
  return letters.join("").toUpperCase() || "?";
}

/// A person as the daemon names them: the program, and a number where one has several windows.
export function personName(name: string): string {
  const window = /^hood open(?: #(\d{1,6}))?$/.exec(name);
  if (!window) return name;
  return window[1] === undefined ? "Another window" : `Window ${window[1]}`;
}
