/** What agents and other people wrote, as it is quoted at the end of an answer's text. */

import type { QuotedPart } from '../text/untrusted.js';
import type { ToolOutput } from './define.js';

/** Everything under an `untrusted` key, at the top and in the entries of lists, labelled with what it is. */
export function quotesOf(output: ToolOutput): QuotedPart[] {
  const records = Object.values(output).flatMap((value) => (Array.isArray(value) ? value.filter(isRecord) : []));
  const entries = records.filter((record) => ownerWords(record) !== '');
  // A single entry needs no name on its quotes: the first line has it.
  const ownerOf = entries.length > 1 ? ownerWords : () => '';
  return [
    ...quotesIn(output.untrusted),
    ...entries.flatMap((entry) => named(ownerOf(entry), quotesIn(entry.untrusted))),
  ];
}

/** The same of several entries whose lines bear their numbers, from 1: names, repeated, would cost a third of the answer. */
export function numberedQuotes(entries: readonly { readonly untrusted?: unknown }[]): QuotedPart[] {
  return entries.flatMap(({ untrusted }, index) =>
    named(entries.length > 1 ? `${index + 1} ` : '', quotesIn(untrusted)),
  );
}

/** Which entry of a list a quote belongs to. */
function ownerWords({ task, template }: Readonly<Record<string, unknown>>): string {
  const owner = task ?? template;
  return typeof owner === 'string' ? `${owner} ` : '';
}

/** The name stands on the first quote of an entry; those below it belong to the same one. */
function named(owner: string, [first, ...others]: readonly QuotedPart[]): QuotedPart[] {
  return first ? [{ ...first, label: owner + (first.label ?? '') }, ...others] : [];
}

function quotesIn(untrusted: unknown): QuotedPart[] {
  if (!isRecord(untrusted)) return [];
  const texts = Object.values(untrusted).filter((value) => typeof value === 'string');
  return Object.entries(untrusted).flatMap(([key, value]) => {
    const label = key.replaceAll('_', ' ');
    if (typeof value === 'string') return [{ label, text: value }];
    if (key === 'links' && Array.isArray(value)) {
      const links = value.filter(isRecord).filter(({ url }) => !texts.some((text) => text.includes(String(url))));
      return links.length > 0 ? [{ label, text: links.map(linkWords).join('\n') }] : [];
    }
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
