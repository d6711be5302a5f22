/** What this process has created, and which names it has offered for a second task. */

// An orchestrator may run for weeks; what is older than this many creates is no longer asked about.
const MAX_REMEMBERED = 2_000;

export class CreatedHere {
  readonly #ids = new Set<string>();
  readonly #offered = new Map<string, string>();

  /** From an offered name, in lower case, to the name that it was made of. */
  get offered(): ReadonlyMap<string, string> {
    return this.#offered;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MAX_REMEMBERED) break;
      this.#ids.delete(oldest);
    }
  }

  /** Remembers that `name` was offered for a second task beside `base`. */
  offer(name: string, base: string): void {
    this.#offered.set(name.toLowerCase(), this.#offered.get(base.toLowerCase()) ?? base);
    for (const oldest of this.#offered.keys()) {
      if (this.#offered.size <= MAX_REMEMBERED) break;
      this.#offered.delete(oldest);
    }
  }
}
