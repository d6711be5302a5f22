/** What a benchmark finds out: figures with their baseline and budget, and the statistics they are made with. */

type Unit = 'ms' | 'MB' | 'tokens' | 'characters' | 'requests' | '% of a core' | 'packages';

export interface Figure {
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  /** The same, done in the plainest way, in the same run. */
  readonly baseline?: number;
  /** What contract §12 allows: of the ratio to the baseline, or of the measured value. */
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

/** Both measured in turns, so that what else the machine does befalls them alike; a first round is for warming up. */
export async function alternately(
  rounds: number,
  ours: () => Promise<number>,
  plain: () => Promise<number>,
): Promise<{ readonly ours: readonly number[]; readonly plain: readonly number[] }> {
  const measured: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
  await ours();
  await plain();
  for (let round = 0; round < rounds; round++) {
    measured.ours.push(await ours());
    measured.plain.push(await plain());
  }
  return measured;
}

/** How long it takes, in ms. */
export async function timed(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}
