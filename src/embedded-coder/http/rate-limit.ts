/** The rate limiter: 512 requests a minute for each path, counted in a sliding window (coder-api §5.5). */

const LIMIT = 512;
export const RATE_LIMITED = `You've been rate limited for sending more than ${LIMIT} requests in 1m0s.`;
const WINDOW_MS = 60_000;

interface Count {
  window: number;
  current: number;
  previous: number;
}

export interface RateVerdict {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export class RateLimit {
  readonly #counts = new Map<string, Count>();
  #window = 0;

  /** Counts a request of `who` on `path`. */
  take(who: string, path: string, now: number): RateVerdict {
    const key = `${who} ${path}`;
    const window = Math.floor(now / WINDOW_MS);
    if (window !== this.#window) this.#forget(window);
    const count = this.#counts.get(key) ?? { window, current: 0, previous: 0 };
    this.#counts.set(key, count);
    if (count.window !== window) {
      count.previous = count.window === window - 1 ? count.current : 0;
      count.current = 0;
      count.window = window;
    }
    const share = 1 - (now % WINDOW_MS) / WINDOW_MS;
    const rate = Math.round(count.previous * share + count.current);
    const allowed = rate < LIMIT;
    if (allowed) count.current += 1;
    const headers = {
      'X-RateLimit-Limit': String(LIMIT),
      'X-RateLimit-Remaining': String(allowed ? LIMIT - rate - 1 : 0),
      'X-RateLimit-Reset': String((window + 1) * (WINDOW_MS / 1_000)),
      ...(allowed ? {} : { 'Retry-After': String(WINDOW_MS / 1_000) }),
    };
    return { allowed, headers };
  }

  /** Drops what counts no more. */
  #forget(window: number): void {
    this.#window = window;
    for (const [key, count] of this.#counts) if (count.window < window - 1) this.#counts.delete(key);
  }
}
