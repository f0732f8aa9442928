/// What every host of anywidgets gives a module: JupyterLab, Notebook, VS Code, Colab, marimo and fumehood alike.

export interface AnyModel {
  readonly get: (name: string) => unknown;
  readonly send: (content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]) => void;
  readonly on: (event: "msg:custom", listener: CustomListener) => void;
  readonly off: (event: "msg:custom", listener: CustomListener) => void;
}

/// Hosts differ in what they give for bytes: views, or the buffers themselves.
export type CustomListener = (content: unknown, buffers?: readonly (DataView | ArrayBuffer | Uint8Array)[]) => void;

export interface RenderProps {
  readonly model: AnyModel;
  readonly el: HTMLElement;
}

export function viewOf(bytes: DataView | ArrayBuffer | Uint8Array): DataView {
  return ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
}
