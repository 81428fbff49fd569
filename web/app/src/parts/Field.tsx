import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | null | undefined;
  type?: "text" | "password" | "search";
  name?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  required?: boolean;
  maxLength?: number;
  lines?: number;
  children?: ComponentChildren;
}

/** A labelled field with a hint, or in its place what is wrong. */
export function Field(props: Props): JSX.Element {
  const id = useId();
  const note = props.error ?? props.hint;
  const shared = {
    id,
    name: props.name,
    value: props.value,
    required: props.required,
    maxLength: props.maxLength,
    autoFocus: props.autoFocus,
    "aria-invalid": props.error ? true : undefined,
    "aria-describedby": note ? `${id}-note` : undefined,
    dir: "auto",
  } as const;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="field-box">
        {props.lines ? (
          <textarea
            {...shared}
            rows={props.lines}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        ) : (
          <input
            {...shared}
            type={(props.type ?? "text") as "text"}
            autocomplete={props.autoComplete ?? "off"}
            autocapitalize={props.name === "username" ? "none" : undefined}
            spellcheck={props.name === "username" ? false : undefined}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        )}
        {props.children}
      </div>
      {note && (
        <p id={`${id}-note`} class={props.error ? "error" : "hint"}>
          {note}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
}

/** One of a few, as radio buttons. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<T>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.hint && <span class="hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Yes or no. */
export function Switch({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
