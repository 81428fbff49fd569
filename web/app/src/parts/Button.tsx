import type { ButtonHTMLAttributes, ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

interface Props extends Omit<ButtonHTMLAttributes, "icon" | "type" | "disabled"> {
  kind?: "primary" | "plain" | "danger" | "quiet";
  icon?: IconName;
  type?: "button" | "submit";
  disabled?: boolean;
  busy?: boolean;
  children: ComponentChildren;
}

/** A button with words, and perhaps an icon before them. */
export function Button({
  kind = "plain",
  icon,
  type = "button",
  busy,
  disabled,
  children,
  ...rest
}: Props): JSX.Element {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon && <Icon name={icon} size={16} />}
      <span>{children}</span>
    </button>
  );
}

interface IconProps extends Omit<ButtonHTMLAttributes, "icon" | "type" | "disabled" | "class"> {
  icon: IconName;
  label: string;
  size?: number;
  class?: string;
  disabled?: boolean;
  badge?: number | undefined;
}

/** A button with an icon alone; `label` is its name and what appears on hover. */
export function IconButton({ icon, label, size, badge, ...rest }: IconProps): JSX.Element {
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button ${rest.class ?? ""}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} size={size ?? 18} />
      {badge ? (
        <span class="badge badge-corner" aria-hidden="true">
          {badge > 99 ? "99+" : badge}
        </span>
      ) : null}
    </button>
  );
}
