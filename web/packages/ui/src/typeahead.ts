/// Which of the names typing leads to, as in every list: one letter again and again goes through those that begin with
/// it, more letters find the first that begins with them. -1 where none does.

export function typedAhead(names: readonly string[], typed: string, current: number): number {
  const wanted = typed.toLowerCase();
  const same = [...wanted].every((letter) => letter === wanted[0]);
  const start = wanted.length === 1 || same ? current + 1 : Math.max(current, 0);
  const prefix = same ? wanted.slice(0, 1) : wanted;
  for (let step = 0; step < names.length; step++) {
    const index = (start + step) % names.length;
    if (names[index]?.toLowerCase().startsWith(prefix)) return index;
  }
  return -1;
}
