// One connection for all tabs: a lock chooses the tab that leads, a channel joins the others to it.

import type { Channel, Environment, Timer, Wake } from "../environment.ts";
import { ClientError } from "../error.ts";
import { type Input, isFromUser } from "../input.ts";
import type { State } from "../state.ts";
import { type Answer, type Asked, Asks } from "./asks.ts";

/** A leading tab that does not take a request within so long (milliseconds) is asleep: replace it. */
const TAKEN_MS = 3_000;

type Message =
  | { kind: "input"; from: string; input: Input }
  | { kind: "join"; from: string }
  | { kind: "state"; from: string; to: string; state: State }
  | { kind: "lead"; from: string }
  | { kind: "ask"; from: string; id: number; asked: Asked }
  | { kind: "taken"; to: string; id: number }
  | ({ kind: "answer"; to: string } & Answer)
  | { kind: "wake"; wake: Wake }
  | { kind: "signed_out" };

/** What {@link Tabs} needs of the client. */
export interface TabsOptions {
  readonly environment: Environment;
  readonly lock: NonNullable<Environment["lock"]>;
  readonly channel: NonNullable<Environment["channel"]>;
  /** The same in all tabs of one account. */
  readonly name: string;
  /** Tells the tabs apart. */
  readonly id: string;
  readonly state: () => State;
  /** This tab leads from now on. */
  readonly onLead: () => void;
  /** This tab no longer leads. */
  readonly onDeposed: () => void;
  /** A command for the leading tab: this one. */
  readonly onAsked: (asked: Asked) => Promise<unknown>;
  /** An input from another tab. */
  readonly onInput: (input: Input) => void;
  readonly onWake: (wake: Wake) => void;
  readonly onSignedOut: () => void;
}

/** This tab among the others. */
export class Tabs {
  readonly #options: TabsOptions;
  readonly #channel: Channel;
  readonly #asks: Asks;
  #leading = false;
  /** The tab whose state this one has adopted. */
  #leader: string | undefined;
  /** What the user did here since this tab asked for a state: that state does not have it. */
  #since: Input[] | undefined;
  #joinTimer: Timer | undefined;
  #waiting = new AbortController();
  #release: () => void = () => undefined;
  #stopped = false;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#asks = new Asks(options.environment);
    this.#channel = options.channel(options.name, (message) => this.#heard(message as Message));
  }

  /** Stands for election, and follows until then. */
  start(): void {
    void this.#stand(false);
    this.#join();
    this.#joinTimer = this.#options.environment.setTimer(() => {
      if (!this.#leading && this.#leader === undefined) this.#depose();
    }, TAKEN_MS);
  }

  /** Tells the other tabs of an input. */
  share(input: Input): void {
    if (isFromUser(input)) this.#since?.push(input);
    this.#post({ kind: "input", from: this.#options.id, input });
  }

  /** Tells the leading tab what happened here. */
  wake(wake: Wake): void {
    this.#post({ kind: "wake", wake });
  }

  /** Tells all tabs that the account is signed out. */
  signOut(): void {
    this.#post({ kind: "signed_out" });
  }

  /** Lets the leading tab send a command. */
  ask(asked: Asked): Promise<unknown> {
    if (asked.tell) {
      this.#post({ kind: "ask", from: this.#options.id, id: 0, asked });
      return Promise.resolve(undefined);
    }
    return this.#asks.add(asked, (id) => this.#send(id));
  }

  /** Leaves. */
  stop(): void {
    this.#stopped = true;
    this.#options.environment.clearTimer(this.#joinTimer);
    this.#waiting.abort();
    this.#release();
    this.#channel.close();
    this.#asks.close();
  }

  async #stand(steal: boolean): Promise<void> {
    const { lock, name } = this.#options;
    this.#waiting = new AbortController();
    const request = steal ? { steal } : { signal: this.#waiting.signal };
    let led = false;
    try {
      await lock(name, request, () => {
        led = true;
        return this.#lead();
      });
    } catch {
      // The lock was stolen, or this tab stopped waiting for it.
    }
    if (!led || this.#stopped) return;
    this.#leading = false;
    this.#options.onDeposed();
    void this.#stand(false);
  }

  #lead(): Promise<void> {
    this.#leading = true;
    this.#since = undefined;
    this.#options.onLead();
    this.#post({ kind: "lead", from: this.#options.id });
    for (const { id, asked } of this.#asks.handOver()) {
      this.#options.onAsked(asked).then(
        (ok) => this.#asks.answer({ id, ok }),
        (error) => this.#asks.fail(id, error),
      );
    }
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Takes the lead from a tab that sleeps. */
  #depose(): void {
    if (this.#leading || this.#stopped) return;
    this.#waiting.abort();
    void this.#stand(true);
  }

  #heard(message: Message): void {
    if (this.#stopped) return;
    const { id } = this.#options;
    switch (message.kind) {
      case "input":
        return this.#input(message);
      case "join":
        if (this.#leading) this.#greet(message.from);
        return;
      case "state":
        if (message.to === id && !this.#leading) this.#adopt(message.from, message.state);
        return;
      case "lead":
        return this.#newLead(message.from);
      case "ask":
        if (this.#leading) void this.#serve(message);
        return;
      case "taken":
        if (message.to === id) this.#asks.taken(message.id);
        return;
      case "answer":
        if (message.to === id) this.#asks.answer(message);
        return;
      case "wake":
        if (this.#leading) this.#options.onWake(message.wake);
        return;
      case "signed_out":
        return this.#options.onSignedOut();
    }
  }

  #greet(to: string): void {
    const { id: from, state } = this.#options;
    this.#post({ kind: "state", from, to, state: state() });
  }

  /** A tab that slept may still believe that it leads: what it hears from the server is void. */
  #input({ from, input }: Extract<Message, { kind: "input" }>): void {
    const leaders = this.#leading ? this.#options.id : this.#leader;
    if (from === leaders || isFromUser(input)) this.#options.onInput(input);
  }

  #join(): void {
    this.#since = [];
    this.#post({ kind: "join", from: this.#options.id });
  }

  #adopt(from: string, state: State): void {
    this.#leader = from;
    const since = this.#since ?? [];
    this.#since = undefined;
    this.#options.onInput({ kind: "adopted", state });
    for (const input of since) this.#options.onInput(input);
  }

  #newLead(from: string): void {
    if (this.#leading) return;
    this.#leader = from;
    this.#join();
    for (const { id } of this.#asks.handOver()) this.#send(id);
  }

  async #serve(message: Extract<Message, { kind: "ask" }>): Promise<void> {
    const { from: to, id } = message;
    if (!message.asked.tell) this.#post({ kind: "taken", to, id });
    try {
      const ok = await this.#options.onAsked(message.asked);
      this.#post({ kind: "answer", to, id, ok });
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) return;
      const { code, message: text, pointer, retry_after_ms, incident, status } = thrown;
      const error = { code, message: text, pointer, retry_after_ms, incident };
      this.#post({ kind: "answer", to, id, error, ...(status && { status }) });
    }
  }

  #send(id: number): void {
    const asked = this.#asks.sending(id, TAKEN_MS, () => this.#depose());
    if (asked) this.#post({ kind: "ask", from: this.#options.id, id, asked });
  }

  #post(message: Message): void {
    if (!this.#stopped) this.#channel.post(message);
  }
}
