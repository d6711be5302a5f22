/** The table that the benchmark prints. */

import { type Figure, isWithin } from './figures.js';

const HEAD = ['measured', 'baseline', 'ratio', 'budget', ''] as const;
const DIGITS = {
  ms: 1,
  MB: 1,
  tokens: 0,
  characters: 0,
  requests: 0,
  '% of a core': 1,
  packages: 0,
  waits: 0,
} as const;

export interface Section {
  readonly name: string;
  readonly about: string;
  readonly figures: readonly Figure[];
}

/** One block of lines for each subject, the columns of all blocks in line. */
export function tableOf(sections: readonly Section[]): string {
  const rows = sections.map(({ figures }) => figures.map(cells));
  const all = [...rows.flat(), ['', ...HEAD]];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return sections
    .map(({ name, about }, index) =>
      [`${name}: ${about}`, line(['', ...HEAD]), ...(rows[index] ?? []).map(line)].join('\n'),
    )
    .join('\n\n');
}

function cells(figure: Figure): string[] {
  const { what, unit, measured, baseline, budget } = figure;
  const inUnit = (value: number) => `${value.toFixed(DIGITS[unit])} ${unit}`;
  const isKept = isWithin(figure);
  return [
    `  ${what}`,
    inUnit(measured),
    baseline === undefined ? '' : inUnit(baseline),
    baseline === undefined ? '' : ratioText(measured / baseline),
    budget === undefined ? '' : 'ratio' in budget ? `≤ ${budget.ratio.toFixed(1)} ×` : `≤ ${budget.most}`,
    isKept === undefined ? '' : isKept ? 'ok' : 'OVER',
  ];
}

/** Small shares with two digits that say something. */
function ratioText(ratio: number): string {
  return `${ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2)} ×`;
}
