/// A raster: an `img` of the blob server's URL, after its first bytes said that it is one and how large it is.

import type { BlobRef } from "@fumehood/protocol";
import { createLoad } from "@fumehood/ui";
import { byteSize } from "@fumehood/ui/sizes";
import { createSignal, Show } from "solid-js";
import { blobUrl, readBytes } from "./blobs.js";
import { background, boxSize, HEAD, type Raster, readRaster, tooLarge, wantedSize } from "./rasters.js";
import { saveAs } from "./save.js";
import { served } from "./served.js";
import { Zoom } from "./Zoom.js";

export interface ImageProps {
  readonly data: BlobRef;
  readonly mime: string;
  /// `text/plain` of the same output; hostile text.
  readonly alt: string;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly blobs: string;
}

const ALT_CHARS = 300;

export function Image(props: ImageProps) {
  const raster = createLoad(
    () => [props.blobs, props.data] as const,
    async ([blobs, data]): Promise<Raster | string> => {
      try {
        const found = readRaster(await readBytes(blobs, data, 0, Math.min(HEAD, data.size)));
        return found ?? `This output says that it is ${props.mime}, but its data is no image that is shown here.`;
      } catch (error) {
        return error instanceof Error ? error.message : "The image could not be read.";
      }
    },
  );
  const [wanted, setWanted] = createSignal(false);
  const [broken, setBroken] = createSignal(false);
  const [zoomed, setZoomed] = createSignal(false);
  const good = () => {
    const found = raster();
    return typeof found === "object" ? found : null;
  };
  const refused = () => {
    const found = raster();
    if (typeof found === "string") return found;
    return broken() ? "The image cannot be decoded." : "";
  };
  const alt = () => (/^<.* at 0x[0-9a-f]+>$|^$/.test(props.alt) ? "Image output" : props.alt.slice(0, ALT_CHARS));
  /// The blob whose picture is here, and stays whatever becomes of the daemon.
  const [loaded, setLoaded] = createSignal("");
  // A lazy image is asked for when it comes near, which may be while the daemon is gone.
  const url = () => (served() || loaded() === props.data.blob ? blobUrl(props.blobs, props.data) : undefined);
  const save = async () => {
    const found = good();
    if (!found) return;
    const parts: BlobPart[] = [];
    const step = 8 << 20;
    for (let from = 0; from < props.data.size; from += step) {
      const bytes = await readBytes(props.blobs, props.data, from, Math.min(props.data.size, from + step));
      parts.push(bytes as Uint8Array<ArrayBuffer>);
    }
    saveAs(new Blob(parts, { type: found.type }), `image.${found.type.slice(6).replace("jpeg", "jpg")}`);
  };

  return (
    <Show when={refused() === ""} fallback={<p class="out-note">{refused()}</p>}>
      <Show when={good()}>
        {(found) => {
          const size = () => boxSize(found(), wantedSize(props.metadata, props.mime));
          return (
            <Show
              when={tooLarge(found()) === "" || wanted()}
              fallback={
                <p class="out-note">
                  {tooLarge(found())} ({byteSize(props.data.size)}){" "}
                  <button type="button" class="out-button" onClick={() => setWanted(true)}>
                    Show it
                  </button>
                </p>
              }
            >
              <figure class="out-image" data-background={background(props.metadata, props.mime)}>
                <button type="button" class="out-zoom" aria-label={`Enlarge: ${alt()}`} onClick={() => setZoomed(true)}>
                  <img
                    src={url()}
                    alt={alt()}
                    width={size().width > 0 ? Math.round(size().width) : undefined}
                    height={size().height > 0 ? Math.round(size().height) : undefined}
                    decoding="async"
                    loading="lazy"
                    draggable={false}
                    onLoad={() => setLoaded(props.data.blob)}
                    onError={() => setBroken(true)}
                  />
                </button>
                <div class="out-hover">
                  <button type="button" class="out-button" onClick={() => void save()}>
                    Save image
                  </button>
                </div>
              </figure>
              <Show when={zoomed() && url()}>
                {(shown) => <Zoom url={shown()} alt={alt()} onClose={() => setZoomed(false)} />}
              </Show>
            </Show>
          );
        }}
      </Show>
    </Show>
  );
}
