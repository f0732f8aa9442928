/// Pictures for the guide as small files.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/// A palette is enough for them, and makes them a third as large. Pillow comes with what the example needs.
const SHRINK = `import sys
from pathlib import Path
from PIL import Image
for path in Path(sys.argv[1]).glob("*.png"):
    image = Image.open(path)
    if image.mode != "P":
        image.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
`;

/// All in the folder that were not shrunk before.
export function shrink(folder: string): void {
  execFileSync(fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url)), ["-c", SHRINK, folder]);
}
