/** What a scraped terminal screen says, without what only a terminal needs: a model pays for padding and frames. */

const ESC = '\\u001b';
// The eight-bit forms of `ESC [`, and of those that open a string: `ESC ]`, `ESC P`, `ESC X`, `ESC ^`, `ESC _`.
const CSI = '\\u009b';
const STRINGS = '\\u0090\\u0098\\u009d-\\u009f';
const STARTS = `${ESC}${CSI}${STRINGS}`;

// No part may run over the start of another sequence, or hostile text would be scanned again from each of them.
// A string must end on its own line: one that never ends would take everything behind it along.
const sequences = new RegExp(
  [
    `(?:${ESC}[\\]PX^_]|[${STRINGS}])[^${STARTS}\\u0007\\u009c\\r\\n]*(?:\\u0007|\\u009c|${ESC}\\\\)`,
    `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]`,
    `${ESC}[ -/]*[0-Z\\\\-~]`,
  ].join('|'),
  'g',
);

// Begins and ends in box drawing: a framed line, a line of a frame, a heading within a rule. A tree (`├── src`) and a bar
// at the left (`┃ quoted`) do not end in it, so they stay.
const leadingFrame = /^([^\S\n]*)[\u2500-\u257f]+/;
// What divides the rows of a table or the parts of a frame leaves no gap; its top, its bottom and a rule leave a blank line.
const divider = /^[^\S\n]*[├┝┞┟┠┡┢┣╞╟╠]/;

/**
 * The text without ANSI sequences, frames, trailing blanks, runs of blank lines, and the indentation that all lines share.
 * Nothing else is lost or changed, and the time is linear in the length, whatever the text.
 */
export function cleanTerminal(text: string): string {
  const plain = withoutSequences(text).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const lines = plain.split('\n').map(withoutFrame);
  const indent = sharedIndent(lines);
  const kept: string[] = [];
  for (const line of lines) {
    if (line === undefined) continue;
    if (line !== '') kept.push(line.slice(indent));
    else if (kept.length > 0 && kept.at(-1) !== '') kept.push('');
  }
  if (kept.at(-1) === '') kept.pop();
  return kept.join('\n');
}

/** The text without ANSI sequences. Nothing else is lost or changed. */
export function withoutSequences(text: string): string {
  return text.replace(sequences, '');
}

/** What a line says, `''` for nothing, `undefined` for a line that only divides. */
function withoutFrame(padded: string): string | undefined {
  const line = padded.trimEnd();
  if (!isFrame(line.charCodeAt(line.length - 1)) || !leadingFrame.test(line)) return line;
  let end = line.length;
  while (end > 0 && isFrame(line.charCodeAt(end - 1))) end--;
  const words = line.slice(0, end).replace(leadingFrame, '$1').trimEnd();
  return words === '' && divider.test(line) ? undefined : words;
}

function isFrame(code: number): boolean {
  return code >= 0x2500 && code <= 0x257f;
}

function sharedIndent(lines: readonly (string | undefined)[]): number {
  let shared = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (line) shared = Math.min(shared, line.search(/[^ ]/));
  }
  return shared;
}

// Control characters of both sets but tab and line feed; a terminal takes each for a key stroke.
const controls = /(?![\t\n])\p{Cc}/gu;

export interface TypedText {
  readonly text: string;
  /** How many control sequences and characters were taken out. */
  readonly removed: number;
}

/**
 * A text as it may be typed into a terminal: without ANSI and other control sequences (CSI, OSC, the marks of a bracketed
 * paste, C1) and without control characters but tab and line end. Line ends become line feeds.
 */
export function typedText(text: string): TypedText {
  let removed = 0;
  const take = () => {
    removed += 1;
    return '';
  };
  const plain = text.replace(sequences, take).replace(/\r\n?/g, '\n').replace(controls, take);
  return { text: plain, removed };
}
