import { t } from "../i18n/i18n.ts";
import { toast } from "../parts/Toast.tsx";
import { parseRoute, route } from "../session/route.ts";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

/** Registers the worker that keeps the app's shell, and offers new versions when they are there. */
export function keepShell(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker.addEventListener("message", (event) => {
    const hash: unknown = (event.data as { open?: unknown } | null)?.open;
    if (typeof hash === "string") route.value = parseRoute(hash);
  });
  register()
    .then(offerUpdates)
    .catch(() => undefined);
}

/**
 * A page that requires trusted types lets only a policy name the worker. The server allows exactly
 * one, `switchboard-worker`, and it knows exactly one address. Where none is allowed, the app works
 * without the worker: the shell is then not readable offline.
 */
async function register(): Promise<ServiceWorkerRegistration> {
  const { trustedTypes } = window as { trustedTypes?: Policies };
  const policy = trustedTypes?.createPolicy("switchboard-worker", {
    createScriptURL: () => WORKER,
  });
  return navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
}

function offerUpdates(registration: ServiceWorkerRegistration): void {
  const offer = (): void => {
    const { waiting } = registration;
    if (!waiting || !navigator.serviceWorker.controller) return;
    const reload = (): void => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
        once: true,
      });
      waiting.postMessage("take-over");
    };
    toast(t("app.update"), {
      action: { label: t("app.update.reload"), run: reload },
      dismiss: t("app.later"),
    });
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
}
