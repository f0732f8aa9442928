/// Takes the bytes of a file that an output wants to save to the page, which decides: the frame itself may save nothing.

/// As long as a page takes a name.
const NAME_CHARS = 300;

export async function offerFile(
  link: HTMLAnchorElement,
  offer: (file: { name: string; file: Blob }) => void,
): Promise<void> {
  // At once: many a library takes the address back right after its click.
  const answer = fetch(link.href, { credentials: "omit", referrerPolicy: "no-referrer" });
  const name = (link.download || link.pathname.split("/").pop() || "output").slice(0, NAME_CHARS);
  try {
    const got = await answer;
    if (got.ok) offer({ name, file: await got.blob() });
  } catch {
    // There is nothing to save.
  }
}
