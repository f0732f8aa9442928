/// How something leaves the page. A page saves files; a sealed frame may not, so it shows what there is to be taken. Frames
/// of fumehood are sealed, too, and give their files to the page around them.

/// As fumehood names the page of a frame.
const GUEST = /^\/plugins\/guest-[0-9a-z]+/;

/// Whether no file leaves from here. Frames that others' content runs in have no origin, and browsers let them save nothing;
/// what a frame of fumehood offers is saved after a click, or after a question.
export function isSealed(): boolean {
  return self.origin === "null" && !GUEST.test(location.pathname);
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/// Whether it was copied.
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export async function copyPicture(blob: Blob): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
    return true;
  } catch {
    return false;
  }
}
