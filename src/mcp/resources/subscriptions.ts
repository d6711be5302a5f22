/** Subscriptions to resources: a change of a task, its conversation or my list becomes a notice, at most one a second per address. */

import type { Clock } from '../../coder/clock.js';
import type { Task } from '../../coder/wire/schemas.js';
import type { TaskView } from '../../tasks/knowing/view.js';
import { viewKey } from '../../tasks/knowing/view.js';
import type { Tasks } from '../../tasks/tasks.js';

// Faster than a host can read again, a notice says nothing more (behaviour §4).
const NOTICE_INTERVAL_MS = 1_000;

/** What a subscribed address stands for. */
export type Subject =
  | { readonly follows: 'list' }
  | { readonly follows: 'state'; readonly task: Task }
  | { readonly follows: 'logs'; readonly task: Task };

export interface SubscriptionsOptions {
  readonly tasks: Tasks;
  readonly clock: Clock;
  /** Called with the address exactly as it was subscribed. */
  onUpdated(uri: string): void;
  /** My tasks, while somebody follows them. */
  onList(tasks: readonly Task[]): void;
}

interface Subscription {
  readonly ready: Promise<void>;
  end(): void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #byUri = new Map<string, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * Follows what `find` says that the address stands for, until it is unsubscribed; subscribed again, it stays one.
   * Rejects as `find` does, and then nothing is subscribed.
   */
  async subscribe(uri: string, find: () => Promise<Subject>): Promise<void> {
    const existing = this.#byUri.get(uri);
    if (existing) return existing.ready;
    let hasEnded = false;
    let follower: { close(): void } | undefined;
    const notices = new Notices(this.#options.clock, () => this.#options.onUpdated(uri));
    const refused = () => {
      // Reading again shows the client why there is nothing more to follow; a new subscription starts anew.
      this.#options.onUpdated(uri);
      this.#drop(uri, subscription);
    };
    const subscription: Subscription = {
      ready: find().then((subject) => {
        // It may have been unsubscribed while the task was being read.
        if (!hasEnded) follower = this.#follow(subject, notices, refused);
      }),
      end: () => {
        hasEnded = true;
        follower?.close();
        notices.close();
      },
    };
    this.#byUri.set(uri, subscription);
    try {
      await subscription.ready;
    } catch (error) {
      this.#drop(uri, subscription);
      throw error;
    }
  }

  /** Ends a subscription; an address that is not subscribed is no error. */
  unsubscribe(uri: string): void {
    const subscription = this.#byUri.get(uri);
    if (subscription) this.#drop(uri, subscription);
  }

  close(): void {
    for (const uri of [...this.#byUri.keys()]) this.unsubscribe(uri);
  }

  #drop(uri: string, subscription: Subscription): void {
    subscription.end();
    if (this.#byUri.get(uri) === subscription) this.#byUri.delete(uri);
  }

  #follow(subject: Subject, notices: Notices, onFailure: () => void): { close(): void } {
    const { watcher, memory } = this.#options.tasks;
    // The first sight is where the client begins; it reads after it has subscribed.
    let shown: string | undefined;
    if (subject.follows === 'list') {
      return watcher.followList((mine) => {
        this.#options.onList(mine);
        if (shown !== undefined) notices.give();
        shown = 'list';
      });
    }
    const isLogs = subject.follows === 'logs';
    let isMoving = false;
    const listener = (view: TaskView) => {
      const key = isLogs ? logsKey(view, memory.logs(view.task.id)?.digest) : stateKey(view);
      const isNews = key !== shown && (shown !== undefined || view.phase === 'gone');
      // A turn that is over may still be getting its last words, which the state shows too.
      const isRest = isMoving && !isLogs && view.settled;
      if (isNews || isRest) notices.give();
      isMoving = (isMoving || isNews) && !view.settled;
      shown = key ?? shown;
    };
    return watcher.follow(subject.task, listener, { logs: isLogs, onFailure });
  }
}

/** What the resource of a task shows at once; after its end nothing more comes. */
function stateKey(view: TaskView): string {
  return view.phase === 'gone' ? 'gone' : viewKey({ ...view, settled: false }, undefined);
}

/** What the resource of a conversation shows: the words, and whether they are live; `undefined` before the first read. */
function logsKey({ phase, task }: TaskView, digest: string | undefined): string | undefined {
  if (phase === 'gone') return 'gone';
  return digest && `${task.status === 'active'} ${digest}`;
}

/** Notices of one address: the first at once, those that follow within a second as one. */
class Notices {
  readonly #clock: Clock;
  readonly #send: () => void;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: unknown;

  constructor(clock: Clock, send: () => void) {
    this.#clock = clock;
    this.#send = send;
  }

  give(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#sentAt + NOTICE_INTERVAL_MS - this.#clock.now();
    if (wait <= 0) this.#give();
    else this.#timer = this.#clock.setTimeout(() => this.#give(), wait);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #give(): void {
    this.#timer = undefined;
    this.#sentAt = this.#clock.now();
    this.#send();
  }
}
