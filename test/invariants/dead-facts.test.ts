/** Everything that a type promises is read somewhere: a key or getter that nothing reads is a fact that nobody needs. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';

// Keys that nothing in src/ reads by name, each with who does.
const READ_ELSEWHERE: readonly string[] = [
  // node:util's parseArgs, node:tls
  ...['short', 'secureContext'],
  // The model: they leave in structured content.
  ...['missing_chars', 'build_error', 'build_log', 'startup_log', 'provisioner_tags'],
  // Tests, through the doors that are made for them.
  ...['world', 'canAsk', 'load'],
];

interface Facts {
  /** Keys of interfaces, and getters, each with the file that declares it. */
  readonly declared: { readonly key: string; readonly path: string }[];
  readonly read: Set<string>;
}

/** Without types an equal name counts as a read: the test finds less than there is, and never accuses wrongly. */
function factsOf(paths: readonly string[]): Facts {
  const declared: Facts['declared'] = [];
  const read = new Set<string>();
  for (const path of paths) {
    const keyOf = (node: { readonly type: string; readonly name?: unknown; readonly value?: unknown }) =>
      node.type === 'Identifier' ? String(node.name) : node.type === 'Literal' ? String(node.value) : undefined;
    const { program } = parseSync(path, readFileSync(path, 'utf8'));
    const declare = (key: string | undefined) => key !== undefined && declared.push({ key, path });
    new Visitor({
      TSPropertySignature: ({ key, computed }) => void (!computed && declare(keyOf(key))),
      MethodDefinition: ({ kind, key, computed }) => void (kind === 'get' && !computed && declare(keyOf(key))),
      MemberExpression: ({ property }) => void read.add(keyOf(property) ?? ''),
      ObjectPattern: ({ properties }) => {
        for (const property of properties) if (property.type === 'Property') read.add(keyOf(property.key) ?? '');
      },
      // `'key' in value`, and tables of keys.
      Literal: ({ value }) => void (typeof value === 'string' && read.add(value)),
    }).visit(program);
  }
  return { declared, read };
}

test('every key of an interface and every getter is read somewhere in src/', () => {
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file));
  const { declared, read } = factsOf(paths);
  const dead = declared.filter(({ key }) => !read.has(key) && !READ_ELSEWHERE.includes(key));
  expect(dead.map(({ key, path }) => `${path}: ${key}`)).toEqual([]);
});
