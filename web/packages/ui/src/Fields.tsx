/// What one types into, switches and chooses from. The label is always there; a hint and an error are read with it.

import { createUniqueId, For, type JSX, Show, splitProps } from "solid-js";
import "./fields.css";

export interface ToggleProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Toggle(props: ToggleProps): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="toggle">
      <input
        id={id}
        type="checkbox"
        role="switch"
        class="toggle-input"
        checked={props.checked}
        aria-checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id} class="toggle-label">
        {props.label}
      </label>
      <Show when={props.hint}>
        <p id={`${id}-hint`} class="field-hint">
          {props.hint}
        </p>
      </Show>
    </div>
  );
}

export interface TextFieldProps
  extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "ref" | "class" | "style" | "onInput" | "value" | "id"> {
  readonly label: string;
  /// The label is for screen readers alone; a placeholder or the place says it to others.
  readonly bare?: boolean;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly code?: boolean;
  readonly onInput: (value: string) => void;
  readonly ref?: (element: HTMLInputElement) => void;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const [own, native] = splitProps(props, ["label", "bare", "hint", "error", "value", "code", "onInput", "ref"]);
  const id = createUniqueId();
  const described = () => [own.error && `${id}-error`, own.hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id} class={own.bare ? "sr-only" : "field-label"}>
        {own.label}
      </label>
      <input
        type="text"
        autocomplete="off"
        spellcheck={false}
        {...native}
        ref={(element) => own.ref?.(element)}
        id={id}
        class="field-input"
        classList={{ "field-code": own.code === true }}
        value={own.value}
        aria-invalid={own.error ? true : undefined}
        aria-describedby={described() || undefined}
        onInput={(event) => own.onInput(event.currentTarget.value)}
      />
      <Show when={own.error}>
        <p id={`${id}-error`} class="field-error" role="alert" dir="auto">
          {own.error}
        </p>
      </Show>
      <Show when={own.hint}>
        <p id={`${id}-hint`} class="field-hint">
          {own.hint}
        </p>
      </Show>
    </div>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly disabled?: boolean;
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly bare?: boolean;
  readonly hint?: string | undefined;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly onChange: (value: T) => void;
}

export function Select<T extends string>(props: SelectProps<T>): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id} class={props.bare ? "sr-only" : "field-label"}>
        {props.label}
      </label>
      <select
        id={id}
        class="field-input field-select"
        classList={{ "field-small": props.small === true }}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => {
          const chosen = props.choices.find((choice) => choice.value === event.currentTarget.value);
          if (chosen) props.onChange(chosen.value);
        }}
      >
        <For each={props.choices}>
          {(choice) => (
            <option value={choice.value} disabled={choice.disabled} selected={choice.value === props.value}>
              {choice.label}
            </option>
          )}
        </For>
      </select>
      <Show when={props.hint}>
        <p id={`${id}-hint`} class="field-hint">
          {props.hint}
        </p>
      </Show>
    </div>
  );
}
