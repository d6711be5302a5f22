/** Texts as rows of a terminal. */

/** Cut wherever the row is full, as a terminal does with a program that does not wrap. */
export function cutRows(line: string, columns: number): readonly string[] {
  const characters = [...line];
  const rows: string[] = [];
  for (let start = 0; start === 0 || start < characters.length; start += columns) {
    rows.push(characters.slice(start, start + columns).join(''));
  }
  return rows;
}

/**
 * Wrapped at words into rows that begin with `first` and go on after `indent` of the same width. A word that is longer
 * than a row begins where there is room and is broken where the row ends (cli-agent.json).
 */
export function wrapRows(text: string, columns: number, first: string, indent = '  '): readonly string[] {
  const lines = text.split('\n').flatMap((line) => wrapLine(line, columns - indent.length));
  return lines.map((line, index) => `${index === 0 ? first : indent}${line}`.trimEnd());
}

function wrapLine(line: string, width: number): readonly string[] {
  const rows = [''];
  for (const word of line.split(/ +/).filter((each) => each !== '')) {
    let rest = [...word];
    while (rest.length > 0) {
      const row = rows.pop() ?? '';
      const start = row === '' ? '' : `${row} `;
      const room = width - [...start].length;
      const isWhole = rest.length <= room;
      if (isWhole || (rest.length > width && room > 0)) {
        rows.push(start + rest.slice(0, room).join(''));
        rest = rest.slice(room);
      } else rows.push(row);
      if (rest.length > 0) rows.push('');
    }
  }
  return rows;
}

export function sameRows(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((row, index) => row === other[index]);
}
