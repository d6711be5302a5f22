/** What a benchmark finds out: figures with their baseline and budget, and the statistics they are made with. */

type Unit = 'ms' | 'MB' | 'tokens' | 'characters' | 'requests' | 'waits' | '% of a core' | 'packages';

export interface Figure {
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  /** The same, done in the plainest way, in the same run. */
  readonly baseline?: number;
  /** What behaviour §12 allows: of the ratio to the baseline, or of the measured value. */
  readonly budget?: { readonly ratio: number } | { readonly most: number };
}

/** One part of the benchmark, run by its name. */
export interface Subject {
  readonly name: string;
  /** What is measured against what, in one line. */
  readonly about: string;
  measure(): Promise<readonly Figure[]>;
}

/** Whether a figure keeps its budget; undefined where there is none. */
export function isWithin({ measured, baseline, budget }: Figure): boolean | undefined {
  if (budget === undefined) return undefined;
  if ('most' in budget) return measured <= budget.most;
  return baseline !== undefined && measured <= baseline * budget.ratio;
}

/** The value below which the share `q` of all values lies; the nearest that was measured. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Each step once in every round, so that what else the machine does befalls all alike; rounds for warming up are not
 * counted. Resolves with one list of values for each step.
 */
export async function inTurns(
  { rounds, warmUp = 1 }: { readonly rounds: number; readonly warmUp?: number },
  steps: readonly (() => Promise<number>)[],
): Promise<number[][]> {
  const measured = steps.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, step] of steps.entries()) {
      const value = await step();
      if (round >= 0) measured[index]?.push(value);
    }
  }
  return measured;
}

/** How long it takes, in ms. */
export async function timed(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}
