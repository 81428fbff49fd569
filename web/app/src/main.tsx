import "./style/index.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App.tsx";
import { useLanguage } from "./i18n/i18n.ts";
import { keepShell } from "./notify/shell.ts";
import { resumeKept } from "./session/phase.ts";
import { applyPrefs, chosenLanguage } from "./session/prefs.ts";
import { followHistory } from "./session/route.ts";

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  applyPrefs(document.documentElement);
  await useLanguage(chosenLanguage());
  followHistory();
  resumeKept();
  render(<App />, root);
  effect(() => void useLanguage(chosenLanguage()));
  keepShell();
}

void start();
