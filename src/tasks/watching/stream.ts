/** The live stream of one workspace: opened, watched for silence, and opened again when it ends. */

import { backOffMs } from '../../coder/back-off.js';
import type { CoderClient } from '../../coder/client.js';
import { type Clock, sleep } from '../../coder/clock.js';
import { isCoderError } from '../../coder/errors/errors.js';
import type { Workspace } from '../../coder/wire/schemas.js';
import type { Logger } from '../../log.js';

// Coder sends a ping at once and then each 15 s: a stream without its first one stands behind a proxy that holds it back,
// and one that misses four is dead, whatever TCP believes.
const FIRST_EVENT_MS = 20_000;
const SILENCE_MS = 60_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 5 * 60_000;
// A stream that ends sooner after its first event counts as one that failed: a proxy may cut each of them.
const STEADY_MS = 30_000;

export interface StreamEvents {
  /** From now on every change is told: what was read before may be out of date. */
  onLive(): void;
  /** The workspace changed; undefined when the event could not be read. */
  onChange(workspace: Workspace | undefined): void;
  /** Changes are no longer told. */
  onLost(): void;
}

export interface StreamContext {
  readonly coder: Pick<CoderClient, 'watchWorkspace'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

export class WorkspaceStream {
  readonly #context: StreamContext;
  readonly #workspaceId: string;
  readonly #events: StreamEvents;
  readonly #closing = new AbortController();
  #isOpening = true;

  constructor(context: StreamContext, workspaceId: string, events: StreamEvents) {
    this.#context = context;
    this.#workspaceId = workspaceId;
    this.#events = events;
    void this.#run();
  }

  /** Whether it has neither told its workspace nor failed yet. */
  get isOpening(): boolean {
    return this.#isOpening;
  }

  close(): void {
    this.#isOpening = false;
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#context;
    for (let failures = 0; !this.#closing.signal.aborted; ) {
      const liveMs = await this.#listen();
      this.#isOpening = false;
      if (this.#closing.signal.aborted) return;
      failures = liveMs !== undefined && liveMs >= STEADY_MS ? 0 : failures + 1;
      if (liveMs !== undefined) this.#events.onLost();
      const delay = backOffMs({ first: FIRST_RETRY_MS, most: MAX_RETRY_MS, failures: failures + 1, random });
      // Rejects only when closed.
      await sleep(clock, delay, this.#closing.signal).catch(() => undefined);
    }
  }

  /** One connection, to its end; for how many ms it was alive, or undefined when it never was. */
  async #listen(): Promise<number | undefined> {
    const { coder, clock, log } = this.#context;
    const attempt = new AbortController();
    const stop = () => attempt.abort(this.#closing.signal.reason);
    this.#closing.signal.addEventListener('abort', stop);
    const cut = () => attempt.abort(new Error('the stream is silent'));
    let silence = clock.setTimeout(cut, FIRST_EVENT_MS);
    let liveFrom: number | undefined;
    try {
      for await (const event of coder.watchWorkspace(this.#workspaceId, { signal: attempt.signal })) {
        clock.clearTimeout(silence);
        silence = clock.setTimeout(cut, SILENCE_MS);
        if (liveFrom === undefined) {
          liveFrom = clock.now();
          this.#events.onLive();
        }
        if (event.type !== 'ping') this.#isOpening = false;
        if (event.type === 'data') this.#events.onChange(event.workspace);
        // Coder has seen a change but failed to read it.
        if (event.type === 'error') this.#events.onChange(undefined);
        if (this.#closing.signal.aborted) break;
      }
    } catch (error) {
      const code = isCoderError(error) ? error.code : undefined;
      log.debug({ workspace: this.#workspaceId, code, err: code ? undefined : error }, 'stream ended');
    } finally {
      clock.clearTimeout(silence);
      this.#closing.signal.removeEventListener('abort', stop);
      attempt.abort();
    }
    return liveFrom === undefined ? undefined : clock.now() - liveFrom;
  }
}
