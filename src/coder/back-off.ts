/** How long to wait before the next try. */

export interface BackOff {
  /** In ms, after the first failure. */
  readonly first: number;
  readonly most: number;
  /** How many tries have failed in a row, from 1 on. */
  readonly failures: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Doubles with each failure up to `most`, and is spread by half to either side, so that many do not come back at once; in ms. */
export function backOffMs({ first, most, failures, random }: BackOff): number {
  return Math.min(first * 2 ** Math.max(0, failures - 1), most) * (0.5 + random());
}
