import { Component, type ComponentType, type FunctionComponent, type VNode, h } from "preact";

/** Draws a component again only when one of its properties is another one. */
export function memo<P extends object>(inner: FunctionComponent<P>): ComponentType<P> {
  return class Kept extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as P;
      const keys = Object.keys({ ...before, ...next }) as (keyof P)[];
      return keys.some((key) => before[key] !== next[key]);
    }

    override render(): VNode {
      return h(inner as FunctionComponent<object>, this.props as object);
    }
  };
}
