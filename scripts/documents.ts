/** The parts of the documents that follow from the code: their tables, and the snapshot of what others depend on. */

import { readFileSync } from 'node:fs';
import { errorAdvice } from '../src/advice/error-advice.js';
import { type ServerFeatures, versionTable } from '../src/coder/server-features.js';
import { options } from '../src/config.js';
import { listTools } from '../src/mcp/calls/list-tools.js';
import { allPrompts } from '../src/prompts/index.js';
import { templateOf } from '../src/resources/define.js';
import { allResources } from '../src/resources/index.js';
import type { Tool } from '../src/tools/define.js';
import { allTools } from '../src/tools/index.js';
import { geminiExtension, installLinks, serverJson } from './packages.js';
import { rooms } from './rooms.js';

export const README = 'README.md';
export const DEMO = 'docs/demo.md';
const TOOLS_SNAPSHOT = 'test/snapshots/tools.json';

/** The documents with generated tables. */
const documents = [README, 'docs/reference.md', 'docs/hosts.md', 'docs/architecture.md', 'CONTRIBUTING.md'];

/** Every generated file with its content as it should be. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const written = tables();
  return new Map([
    ...documents.map((path): [string, string] => [path, withTables(readFileSync(path, 'utf8'), written)]),
    [TOOLS_SNAPSHOT, `${JSON.stringify(listTools(allTools), null, 2)}\n`],
    ['server.json', `${JSON.stringify(serverJson(), null, 2)}\n`],
    ['gemini-extension.json', `${JSON.stringify(geminiExtension(), null, 2)}\n`],
  ]);
}

/** The document with each table that it has a place for. */
function withTables(document: string, written: Readonly<Record<string, string>>): string {
  let result = document;
  for (const [name, table] of Object.entries(written)) {
    if (result.includes(`<!-- ${name} -->`)) result = replaceBetween(result, name, table);
  }
  return result;
}

/** The text between `<!-- name -->` and `<!-- /name -->`, replaced. */
export function replaceBetween(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the document has no part named ${name}`);
  return `${document.slice(0, from + start.length)}\n${text}\n${document.slice(to)}`;
}

/** What stands between the markers of that name now. */
export function partOf(document: string, name: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  return document.slice(document.indexOf(start) + start.length, document.indexOf(end)).trim();
}

function tables(): Record<string, string> {
  return {
    tools: table(
      ['tool', 'what it does', 'changes'],
      allTools.map(({ name, description, effect }) => [`\`${name}\``, firstSentence(description), effectWords[effect]]),
    ),
    arguments: allTools.map(argumentsOf).join('\n\n'),
    'install links': Object.entries(installLinks())
      .map(([host, link]) => `- [Add to ${host}](${link})`)
      .join('\n'),
    rooms: table(
      ['room in `src/`', 'holds', 'may import'],
      rooms.map(({ room, holds, imports }) => [`\`${room}\``, holds, imports.map((one) => `\`${one}\``).join(' ')]),
    ),
    resources: table(
      ['address', 'content', 'subscribe'],
      allResources.map((resource) => [
        `\`${resource.kind === 'fixed' ? resource.uri : templateOf(resource)}\``,
        resource.description,
        resource.follows ? 'yes' : 'no',
      ]),
    ),
    prompts: table(
      ['prompt', 'what it writes'],
      allPrompts.map(({ name, description, arguments: args }) => [
        `\`${name}(${args()
          .map((argument) => (argument.required ? argument.name : `${argument.name}?`))
          .join(', ')})\``,
        description,
      ]),
    ),
    options: table(
      ['flag', 'variable', 'default', 'meaning'],
      Object.values(options).map((option) => [
        'flag' in option ? `\`--${option.flag}\`` : '',
        'env' in option ? `\`${option.env}\`` : '',
        'default' in option ? `\`${option.default}\`` : '',
        option.text,
      ]),
    ),
    errors: table(
      ['code', 'why', 'retry'],
      Object.entries(errorAdvice).map(([code, { why, retry }]) => [`\`${code}\``, why, retry]),
    ),
    versions: table(
      ['Coder', 'pause and resume', 'conversation while paused', 'remark'],
      versionTable.map(({ versions, features, remark }) => [versions, ...featureWords(features), remark]),
    ),
  };
}

/** The arguments of one tool under its name. */
function argumentsOf(tool: Tool): string {
  const [listed] = listTools([tool]);
  const required = listed?.inputSchema.required ?? [];
  const rows = Object.entries(listed?.inputSchema.properties ?? {}).map(([name, schema]) => [
    `\`${name}\`${required.includes(name) ? ' (required)' : ''}`,
    'description' in schema ? String(schema.description) : '',
    'default' in schema ? `\`${JSON.stringify(schema.default)}\`` : '',
  ]);
  const head = `### \`${tool.name}\``;
  return rows.length === 0
    ? `${head}\n\nNo arguments.`
    : `${head}\n\n${table(['argument', 'meaning', 'default'], rows)}`;
}

const effectWords = { read: 'nothing', write: 'a task', destroy: 'destroys' } as const;

function featureWords({ tasks, pauseAndResume, snapshots }: ServerFeatures): [string, string] {
  if (tasks === 'no' || tasks === 'experimental' || tasks === 'removed') return ['-', '-'];
  return [pauseAndResume ? 'yes' : 'by workspace builds', snapshots ? 'a saved excerpt' : 'no'];
}

/** The first sentence of a description stands alone (behaviour §3). */
function firstSentence(description: string): string {
  return /^.*?[.:](?=\s|$)/.exec(description)?.[0].replace(/:$/, '.') ?? description;
}

/** Rows as a table of a document. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
