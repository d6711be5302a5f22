/** How AgentAPI makes messages of screens (coder-api §3.7; lib/msgfmt and lib/screentracker of coder/agentapi). */

// AgentAPI looks for the beginning of a typed message on the screen by that many characters.
const INPUT_PREFIX = 6;
const BOX_LINE = '───────────────';

/**
 * The agent's message: the rows that were not on the screen `before`, without the echo of the typed message and without
 * the agent's input box. Empty where every row stood there already.
 */
export function messageOn(screen: readonly string[], before: readonly string[], input: string): readonly string[] {
  return withoutBlankEnds(withoutInputBox(withoutInput(newRows(screen, before), input)));
}

/** The rows from the first one on that the old screen does not have. */
function newRows(screen: readonly string[], before: readonly string[]): readonly string[] {
  const old = new Set(before);
  const first = screen.findIndex((row) => !old.has(row));
  return first < 0 ? [] : withoutBlankEnds(screen.slice(first));
}

function withoutBlankEnds(rows: readonly string[]): readonly string[] {
  const first = rows.findIndex((row) => row.trim() !== '');
  const last = rows.findLastIndex((row) => row.trim() !== '');
  return first < 0 ? [] : rows.slice(first, last + 1);
}

/**
 * Drops the rows up to the one in which the typed message ends. Where its rest is not found all rows are dropped: that
 * is how answers that quote only the beginning of a message come to be empty (send.json of 2.33).
 */
function withoutInput(rows: readonly string[], input: string): readonly string[] {
  const message = rows.map((row) => row.trimEnd()).join('\n');
  const start = input === '' ? -1 : message.indexOf(input.slice(0, INPUT_PREFIX));
  if (start < 0) return rows;
  let [end, typed] = [start, 0];
  while (typed < input.length && end < message.length) {
    if (input[typed] === message[end]) [end, typed] = [end + 1, typed + 1];
    else if (/\s/.test(input.charAt(typed))) typed += 1;
    else end += 1;
  }
  const lastRow = message.slice(0, end).split('\n').length - 1;
  return rows.slice(lastRow + 1);
}

/** The box between two lines at the lower end of the screen; one with corners is left where it is. */
function withoutInputBox(rows: readonly string[]): readonly string[] {
  for (let index = rows.length - 3; index >= Math.max(0, rows.length - 9); index--) {
    const [top = '', middle = '', bottom = ''] = rows.slice(index, index + 3);
    if (top.startsWith(BOX_LINE) && bottom.startsWith(BOX_LINE) && /[>❯│|]/.test(middle)) return rows.slice(0, index);
  }
  return rows;
}
