/** The text form of an answer: the tool's lines, then notes, then next calls, and last, quoted, what agents wrote. */

import { type QuotedPart, quoteBlock } from '../../text/untrusted.js';
import type { ToolOutput } from '../../tools/define.js';
import { nextLine } from '../../tools/wording.js';

/** One text of the whole answer; `mark` is the random word that closes the fence round agents' text. */
export function renderText(
  lines: readonly string[],
  output: ToolOutput,
  mark: string,
  quotes: readonly QuotedPart[] = quotesOf(output),
): string {
  return [
    ...lines,
    ...(output.notes ?? []).map((note) => `note: ${note}`),
    ...(output.next ?? []).map(nextLine),
    ...(quotes.length > 0 ? [quoteBlock(quotes, mark)] : []),
  ].join('\n');
}

/** Everything under an `untrusted` key, at the top and in the entries of lists, labelled with what it is. */
function quotesOf(output: ToolOutput): QuotedPart[] {
  const records = Object.values(output).flatMap((value) => (Array.isArray(value) ? value.filter(isRecord) : []));
  const entries = records.filter((record) => ownerWords(record) !== '');
  // A single entry needs no name on its quotes: the first line has it.
  const ownerOf = entries.length > 1 ? ownerWords : () => '';
  return [...quotesIn(output.untrusted, ''), ...entries.flatMap((entry) => quotesIn(entry.untrusted, ownerOf(entry)))];
}

/** Which entry of a list a quote belongs to. */
function ownerWords({ task, template }: Readonly<Record<string, unknown>>): string {
  const owner = task ?? template;
  return typeof owner === 'string' ? `${owner} ` : '';
}

function quotesIn(untrusted: unknown, owner: string): QuotedPart[] {
  if (!isRecord(untrusted)) return [];
  return Object.entries(untrusted).flatMap(([key, value]) => {
    const label = owner + key.replaceAll('_', ' ');
    if (typeof value === 'string') return [{ label, text: value }];
    if (key === 'links' && Array.isArray(value))
      return [{ label, text: value.filter(isRecord).map(linkWords).join('\n') }];
    if (Array.isArray(value)) return value.filter(isRecord).map(entryQuote);
    return isRecord(value) ? [{ label, text: fieldLines(value, '').join('\n') }] : [];
  });
}

/** "https://github.com/acme/shop/pull/7 (pull request)" */
function linkWords({ url, kind }: Readonly<Record<string, unknown>>): string {
  return typeof kind === 'string' ? `${url} (${kind.replaceAll('_', ' ')})` : `${url}`;
}

/** An entry of a conversation or a search hit: everything but its text is the label. */
function entryQuote(entry: Readonly<Record<string, unknown>>): QuotedPart {
  const { text, ...rest } = entry;
  const label = Object.entries(rest)
    .map(([key, value]) =>
      key === 'id'
        ? `#${value}`
        : key === 'role' || key === 'time'
          ? `${value}`
          : `${key.replaceAll('_', ' ')} ${value}`,
    )
    .join(' ');
  return { label, text: String(text) };
}

function fieldLines(record: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    isRecord(value) ? fieldLines(value, `${prefix}${key}.`) : [`${prefix}${key}: ${value}`],
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
