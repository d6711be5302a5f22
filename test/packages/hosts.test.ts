/** The snippets of docs/hosts.md: each host and framework has one that its parser takes and that starts this program. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { options, readCommandLine } from '../../src/config.js';

interface Snippet {
  readonly host: string;
  readonly language: string;
  readonly text: string;
}

const document = readFileSync('docs/hosts.md', 'utf8');
const snippets: readonly Snippet[] = document
  .split(/^### /m)
  .slice(1)
  .flatMap((section) => {
    const host = section.split('\n')[0] ?? '';
    return [...section.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language = '', text = '']) => ({
      host,
      language,
      text,
    }));
  });

const HOSTS = [
  'Claude Desktop',
  'Claude Code',
  'VS Code',
  'Cursor',
  'Zed',
  'JetBrains',
  'Windsurf',
  'Cline',
  'Codex',
  'Copilot CLI',
  'Gemini CLI',
  'Goose',
  'Kiro',
  'LM Studio',
  'opencode',
  'OpenAI Agents SDK',
  'Google ADK',
  'LangChain',
  'pydantic-ai',
];

test('each host and framework has a snippet, and says what works there and its time limits', () => {
  for (const host of HOSTS) {
    const section = document.split(`### ${host}\n`)[1]?.split(/^##+ /m)[0] ?? '';
    expect(section, host).toMatch(/```\w+\n/);
    expect(section.replace(/```.*?```/gs, ''), host).toMatch(/\bTools\b/);
  }
  expect(snippets.map(({ host }) => host)).toEqual(expect.arrayContaining(HOSTS));
});

/** Every way in which a host names a program with its arguments and variables. */
interface Started {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** All objects in a JSON document that start something. */
function startedIn(value: unknown): Started[] {
  if (typeof value !== 'object' || value === null) return [];
  const record: Record<string, unknown> = { ...value };
  const nested = Object.values(record).flatMap(startedIn);
  const { command, args = [], env = record.environment ?? {} } = record;
  if (typeof command !== 'string' && !Array.isArray(command)) return nested;
  const words = [command, args].flat().map(String);
  return [
    ...nested,
    { command: words, env: Object.fromEntries(Object.entries(env ?? {}).map(([name, text]) => [name, String(text)])) },
  ];
}

/** The TOML and YAML that stand here: keys with JSON values, and headings or indentation above them. */
function plainValues(text: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([\w-]+)\s*[:=]\s*(\S.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      if (line.trim() !== '' && !/^\[[\w.-]+\]$|^\s*[\w-]+:$/.test(line)) throw new Error(`not understood: ${line}`);
      continue;
    }
    values[key] = /^["[\d]|^(?:true|false)$/.test(value) ? JSON.parse(value) : value;
  }
  return values;
}

function startedBy({ language, text }: Snippet): Started[] {
  switch (language) {
    case 'json':
      return startedIn(JSON.parse(text));
    case 'toml':
    case 'yaml': {
      const { command, cmd, args, CODER_URL } = plainValues(text);
      return startedIn({ command: command ?? cmd, args, env: { CODER_URL } });
    }
    case 'sh': {
      const words = text.trim().split(/\s+/);
      const env = words.flatMap((word, index) => (words[index - 1] === '--env' ? [word.split('=')] : []));
      return [{ command: words.slice(words.indexOf('--') + 1), env: Object.fromEntries(env) }];
    }
    default: {
      const args: unknown = JSON.parse(/\bargs"?[=:]\s*(\[[^\]]*\])/.exec(text)?.[1] ?? '[]');
      const names = [...text.matchAll(/"(CODER_\w+)"(?=:)/g)].map(([, name = '']) => [name, 'x']);
      return startedIn({ command: 'npx', args, env: Object.fromEntries(names) });
    }
  }
}

const known = new Set(Object.values(options).flatMap((option) => ('env' in option ? [option.env] : [])));

test.each(snippets)('the $language of $host starts this program with variables that it knows', (snippet) => {
  const started = startedBy(snippet);
  expect(started).toHaveLength(1);
  const [{ command, env } = { command: [], env: {} }] = started;
  expect(command.slice(0, 3)).toEqual(['npx', '-y', 'coder-tasks-mcp']);
  const ours = Object.keys(env).filter((name) => name !== 'PATH');
  expect(ours).not.toEqual([]);
  for (const name of ours) expect(known).toContain(name);
  expect(readCommandLine(command.slice(3), env).problems).toEqual([]);
});

test.each(snippets.filter(({ language }) => language === 'python'))('the brackets of $host close', ({ text }) => {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const mark of text.replace(/"[^"\n]*"/g, '').match(/[()[\]{}]/g) ?? []) {
    if (pairs[mark] === undefined) open.push(mark);
    else expect(open.pop()).toBe(pairs[mark]);
  }
  expect(open).toEqual([]);
});
