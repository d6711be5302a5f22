/** Comments cite the books by section: every reference leads to a section that exists. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDERS = ['src', 'test', 'scripts', 'bench'];
const BOOKS = ['behaviour', 'coder-api', 'screens'] as const;

/** "3.6" for a heading `### 3.6 …`; "2 A" for a rule `**A. …` of section 2 of screens.md. */
function sectionsOf(book: string): ReadonlySet<string> {
  const sections = new Set<string>();
  let section = '';
  for (const line of readFileSync(`docs/${book}.md`, 'utf8').split('\n')) {
    section = /^#+ (\d+(?:\.\d+)*)\.? /.exec(line)?.[1] ?? section;
    sections.add(section);
    const rule = /^\*\*([A-Z])\. /.exec(line)?.[1];
    if (rule) sections.add(`${section} ${rule}`);
  }
  return sections;
}

const sections = new Map(BOOKS.map((book) => [book, sectionsOf(book)]));

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

function unresolved(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return BOOKS.flatMap((book) =>
    [...text.matchAll(new RegExp(`${book} §(\\d+(?:\\.\\d+)*(?: [A-Z]\\b(?![a-z]))?)`, 'g'))]
      .map(([, section = '']) => section)
      .filter((section) => !sections.get(book)?.has(section))
      .map((section) => `${path}: ${book} §${section}`),
  );
}

test('every section that a comment cites exists', () => {
  expect(files.flatMap(unresolved)).toEqual([]);
});

test('no comment cites a book that is not in docs/', () => {
  const stray = files.filter((path) =>
    /\b(?:[Ff]acts|[Cc]ontract|sdk-notes|wire-checks) §/.test(readFileSync(path, 'utf8')),
  );
  expect(stray.filter((path) => !path.endsWith('references.test.ts'))).toEqual([]);
});
