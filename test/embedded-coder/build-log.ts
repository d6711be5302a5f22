/** The log of a build, reduced to what is Coder's in it: the rest is what Terraform says about the template. */

import { isObject, type Json } from './recording.js';

const TEXT_LINE = /^\S+Z \[\w+\] \[provisioner\|([^\]]+)\]/;

export function isBuildLog(list: readonly Json[]): boolean {
  const [first] = list;
  return isObject(first) && first.log_source !== undefined;
}

/** The stages in order, each with the fields its lines have and where they come from. */
export function stagesOf(list: readonly Json[]): readonly string[] {
  const stages = list.map((line) => (isObject(line) ? `${line.stage}: ${Object.keys(line).sort().join(' ')}` : ''));
  return stages.filter((stage, index) => stage !== stages[index - 1]);
}

/** The same for a log asked for as text, whose stages can go on over several lines; undefined: it is no such log. */
export function stagesOfText(text: string): readonly string[] | undefined {
  if (!TEXT_LINE.test(text)) return undefined;
  const stages = text.split('\n').flatMap((line) => TEXT_LINE.exec(line)?.[1] ?? []);
  return stages.filter((stage, index) => stage !== stages[index - 1]);
}

/**
 * The ids of lines that stand at the same place: counted from the beginning in the first half, from the end in the
 * second, because logs of different length agree there.
 */
export function pairLines(recorded: readonly Json[], ours: readonly Json[]): readonly (readonly [Json, Json])[] {
  const half = Math.floor(Math.min(recorded.length, ours.length) / 2);
  const ids = (list: readonly Json[]) => list.map((line) => (isObject(line) ? (line.id ?? null) : null));
  const [one, other] = [ids(recorded), ids(ours)];
  const pairs: (readonly [Json, Json])[] = [];
  for (let index = 0; index < half; index++) {
    pairs.push([one[index] ?? null, other[index] ?? null], [one.at(-1 - index) ?? null, other.at(-1 - index) ?? null]);
  }
  return pairs;
}
