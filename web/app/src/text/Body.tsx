import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useName } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { Code } from "./Code.tsx";
import { onlyEmoji } from "./only-emoji.ts";
import { type Block, type Inline, parse } from "./parse.ts";

interface Props {
  text: string;
  mentions: readonly string[];
}

/** A message's text, drawn from its parsed form: no string ever becomes markup. */
export function Body({ text, mentions }: Props): JSX.Element {
  const blocks = useMemo(() => parse(text), [text]);
  const large = useMemo(() => onlyEmoji(text), [text]);
  return (
    <div class={large ? "body body-emoji" : "body"}>
      {blocks.map((block, index) => drawBlock(block, index, mentions))}
    </div>
  );
}

function drawBlock(block: Block, key: number, mentions: readonly string[]): JSX.Element {
  switch (block.type) {
    case "paragraph":
      return (
        <p key={key} dir="auto">
          {drawAll(block.children, mentions)}
        </p>
      );
    case "fence":
      return <Code key={key} text={block.text} />;
    case "quote":
      return (
        <blockquote key={key}>
          {block.children.map((child, index) => drawBlock(child, index, mentions))}
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          {drawAll(item, mentions)}
        </li>
      ));
      return block.start === null ? (
        <ul key={key}>{items}</ul>
      ) : (
        <ol key={key} start={block.start}>
          {items}
        </ol>
      );
    }
  }
}

function drawAll(items: readonly Inline[], mentions: readonly string[]): ComponentChildren {
  return items.map((item, index) => drawInline(item, index, mentions));
}

function drawInline(item: Inline, key: number, mentions: readonly string[]): ComponentChildren {
  switch (item.type) {
    case "text":
      return item.text;
    case "break":
      return <br key={key} />;
    case "code":
      return <code key={key}>{item.text}</code>;
    case "link":
      return (
        <a key={key} href={item.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {item.text}
        </a>
      );
    case "mention":
      return mentions.includes(item.username) ? (
        <Mention key={key} username={item.username} />
      ) : (
        `@${item.username}`
      );
    case "strong":
      return <strong key={key}>{drawAll(item.children, mentions)}</strong>;
    case "em":
      return <em key={key}>{drawAll(item.children, mentions)}</em>;
    case "strike":
      return <s key={key}>{drawAll(item.children, mentions)}</s>;
  }
}

function Mention({ username }: { username: string }): JSX.Element {
  const name = useName(username);
  const own = usePart((state) => state.me.username === username, [username]);
  return (
    <bdi class={own ? "mention mention-own" : "mention"} title={`@${username}`}>
      @{name}
    </bdi>
  );
}
