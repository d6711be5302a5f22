/** What is loaded before the first answer: nothing that costs a host time or memory for a server that stays idle. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The files and packages that a source file loads by itself, but for types, and for what it loads later by `import()`. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;]*?\sfrom\s+)?'([^']+)';/gm);
  return [...found].flatMap(([statement, specifier = '']) =>
    /^(?:import|export)\s+\{\s*(?:type\s+\w+,?\s*)+\}\s+from/.test(statement) ? [] : [specifier],
  );
}

/** Everything that is loaded with these files. The build puts its own data in place of the lists. */
function loadedWith(...entries: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.ts') || file === 'src/mcp/listings.ts') continue;
    for (const specifier of importsOf(file)) {
      open.push(specifier.startsWith('.') ? join(dirname(file), specifier).replace(/\.js$/, '.ts') : specifier);
    }
  }
  return seen;
}

const loaded = loadedWith('src/main.ts', 'src/commands/run.ts', 'src/commands/serve.ts');

test('the walk sees the files that it should', () => {
  const files = [...loaded].filter((name) => name.endsWith('.ts'));
  for (const file of files) expect(existsSync(file), file).toBe(true);
  expect(files).toEqual(expect.arrayContaining(['src/config.ts', 'src/mcp/eras/router.ts', 'src/mcp/eras/modern.ts']));
});

test('before the first answer no package is loaded, no tool and nothing that talks to Coder', () => {
  const packages = [...loaded].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'));
  expect(packages).toEqual([]);
  const heavy = [...loaded].filter((name) =>
    /^src\/(?:coder|tasks|resources|prompts|doctor|embedded-coder)\//.test(name),
  );
  expect(heavy).toEqual([]);
});
