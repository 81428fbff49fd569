import { t } from "../i18n/i18n.ts";
import { errorOf } from "../session/session.ts";
import { errorWords } from "../session/words.ts";

/** What is wrong with the form, by field. */
export interface Faults {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly form?: string | undefined;
}

const LEAST_PASSWORD = 8;

/** What can be told without asking the server. */
export function checkForm(username: string, password: string, signUp: boolean): Faults {
  return {
    username: username.trim() === "" ? t("error.username.missing") : undefined,
    password:
      password === ""
        ? t("error.password.missing")
        : signUp && password.length < LEAST_PASSWORD
          ? t("error.password.weak")
          : undefined,
  };
}

/** The server's answer, beside the field it concerns. */
export function faultsOf(thrown: unknown, signUp: boolean): Faults {
  const error = errorOf(thrown);
  const field = error.pointer?.replace(/^\//, "");
  switch (error.code) {
    case "unauthenticated":
    case "not_found":
      return { form: t("error.credentials") };
    case "conflict":
      return signUp ? { username: t("error.username.taken") } : { form: errorWords(error) };
    case "denied":
      return { form: signUp ? t("error.registration") : t("error.credentials") };
    case "invalid":
      if (field === "password") return { password: t("error.password.weak") };
      return signUp ? { username: t("error.username.invalid") } : { form: t("error.credentials") };
    default:
      return { form: errorWords(error) };
  }
}
