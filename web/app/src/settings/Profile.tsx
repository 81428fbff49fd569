import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { toast } from "../parts/Toast.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useClient, usePart } from "../session/session.ts";
import { shrink } from "./shrink.ts";

/** The own profile: picture, name, a few words. */
export function Profile(): JSX.Element {
  const client = useClient();
  const me = usePart((state) => state.me);
  const [name, setName] = useState(me.name);
  const [bio, setBio] = useState(me.bio ?? "");
  const { busy, error, run } = useAction();
  const changed = name.trim() !== me.name || bio.trim() !== (me.bio ?? "");
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await run(() => client.command("me.update", { name: name.trim(), bio: bio.trim() })))
      toast(t("common.saved"));
  };
  return (
    <form class="stack" onSubmit={save}>
      <Picture />
      <Field
        label={t("profile.name")}
        value={name}
        onInput={setName}
        maxLength={100}
        autoComplete="name"
      />
      <Field
        label={t("profile.bio")}
        value={bio}
        onInput={setBio}
        hint={t("profile.bio.hint")}
        lines={3}
        maxLength={500}
      />
      <p class="soft">
        {t("profile.username")}: @{me.username}
      </p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="actions">
        <Button type="submit" kind="primary" busy={busy} disabled={!changed}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

function Picture(): JSX.Element {
  const client = useClient();
  const me = usePart((state) => state.me);
  const input = useRef<HTMLInputElement>(null);
  const [unreadable, setUnreadable] = useState(false);
  const { busy, error, run } = useAction();
  const choose = async (): Promise<void> => {
    const file = input.current?.files?.[0];
    if (!file) return;
    const picture = await shrink(file).catch(() => null);
    setUnreadable(picture === null);
    if (picture) await run(() => client.setAvatar(picture));
    if (input.current) input.current.value = "";
  };
  return (
    <div class="picture">
      <Avatar user={me} size={72} />
      <div class="picture-acts">
        <input
          ref={input}
          type="file"
          class="hidden"
          tabIndex={-1}
          aria-hidden="true"
          accept="image/png,image/jpeg,image/webp,image/gif"
          onChange={() => void choose()}
        />
        <Button busy={busy} onClick={() => input.current?.click()}>
          {t("profile.picture.choose")}
        </Button>
        {me.avatar && (
          <Button kind="quiet" busy={busy} onClick={() => void run(() => client.removeAvatar())}>
            {t("profile.picture.remove")}
          </Button>
        )}
        {(unreadable || error) && (
          <p class="error" role="alert">
            {unreadable ? t("profile.picture.failed") : error}
          </p>
        )}
      </div>
    </div>
  );
}
