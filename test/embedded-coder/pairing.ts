/** Which of our ids, names and numbers stands for which recorded one, learned from answers side by side. */

const UUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;
const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
// The recorder asked for this id wherever it wanted one that nothing has.
const UNKNOWN_UUID = '5f1a2c9e-0000-4000-8000-000000000001';

export class Pairing {
  readonly #ours: Map<string, string>;
  readonly #recorded: Map<string, string>;

  constructor(pairs: Iterable<readonly [string, string]> = []) {
    this.#ours = new Map(pairs);
    this.#recorded = new Map([...this.#ours].map(([recorded, ours]) => [ours, recorded]));
    this.learn(ZERO_UUID, ZERO_UUID);
    this.learn(UNKNOWN_UUID, UNKNOWN_UUID);
  }

  /** A copy to try a comparison with, so that a failed attempt teaches nothing. */
  fork(): Pairing {
    return new Pairing(this.#ours);
  }

  /** Whether one of our values has its recorded counterpart. */
  isKnown(ours: string): boolean {
    return this.#recorded.has(ours);
  }

  /** Pairs two values for good; false when either is already paired with something else. */
  learn(recorded: string, ours: string): boolean {
    const known = this.#ours.get(recorded);
    const reverse = this.#recorded.get(ours);
    if (known !== undefined || reverse !== undefined) return known === ours && reverse === recorded;
    this.#ours.set(recorded, ours);
    this.#recorded.set(ours, recorded);
    return true;
  }

  /** Recorded text with our ids in place of the recorded ones, in the spelling (case, dashes) they have there. */
  translate(text: string): string {
    const withLogIds = text.replace(/\b(after|before)=(\d+)/g, (_, parameter: string, id: string) => {
      return `${parameter}=${this.#ours.get(`log ${id}`)?.slice('log '.length) ?? id}`;
    });
    return withLogIds.replaceAll(UUID, (found) => {
      const plain = found.replaceAll('-', '').toLowerCase();
      const dashed = plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const ours = this.#ours.get(dashed);
      if (ours === undefined) return found;
      const spelled = found.includes('-') ? ours : ours.replaceAll('-', '');
      return found === found.toUpperCase() ? spelled.toUpperCase() : spelled;
    });
  }
}
