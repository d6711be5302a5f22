/** The program as other places list and install it: the registry, bundles, extensions and install links, from one set of facts. */

import { readFileSync } from 'node:fs';
import { options } from '../src/config.js';
import { allPrompts } from '../src/prompts/index.js';
import { allTools } from '../src/tools/index.js';

/** What package.json says of the program. */
interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  readonly homepage: string;
  readonly repository: { readonly url: string };
  readonly bugs: { readonly url: string };
  readonly mcpName: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
}

const facts: PackageFacts = JSON.parse(readFileSync('package.json', 'utf8'));
const TITLE = 'Coder Tasks';
const repository = facts.repository.url.replace(/^git\+|\.git$/g, '');

/** How a host starts the program from the package registry; empty values count as not set. */
export const hostEntry = {
  command: 'npx',
  args: ['-y', facts.name],
  env: { CODER_URL: '', CODER_SESSION_TOKEN: '' },
} as const;

/** server.json of the registry of MCP servers. */
export function serverJson(): unknown {
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: facts.mcpName,
    title: TITLE,
    // The registry takes 100 characters.
    description: 'Spawn, steer and inspect Coder Tasks: AI coding agents that run in Coder workspaces.',
    version: facts.version,
    repository: { url: repository, source: 'github' },
    websiteUrl: facts.homepage,
    packages: [
      {
        registryType: 'npm',
        identifier: facts.name,
        version: facts.version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: variables(),
      },
    ],
  };
}

/** Every variable of this program; those of the Coder CLI are its own. */
function variables(): readonly object[] {
  return Object.values(options).flatMap((option) => {
    if (!('env' in option) || 'cli' in option) return [];
    const format = { flag: 'boolean', number: 'number', text: 'string', list: 'string', choice: 'string' }[option.kind];
    return [
      {
        name: option.env,
        description: option.text.replaceAll('`', ''),
        isRequired: false,
        isSecret: 'secret' in option,
        format,
        ...('default' in option && { default: option.default }),
        ...('choices' in option && { choices: option.choices }),
      },
    ];
  });
}

/** The manifest of the bundle for desktop hosts (MCPB 0.3). */
export function mcpbManifest(): unknown {
  return {
    manifest_version: '0.3',
    name: facts.name,
    display_name: TITLE,
    version: facts.version,
    description: facts.description,
    author: { name: facts.author, url: repository },
    repository: { type: 'git', url: repository },
    homepage: facts.homepage,
    documentation: `${repository}/blob/main/docs/hosts.md`,
    support: facts.bugs.url,
    license: facts.license,
    keywords: facts.keywords,
    server: {
      type: 'node',
      entry_point: 'dist/main.js',
      mcp_config: {
        command: 'node',
        args: [inHost('__dirname', '/dist/main.js')],
        env: {
          CODER_URL: inHost('user_config.url'),
          CODER_SESSION_TOKEN: inHost('user_config.token'),
          CODER_MCP_READ_ONLY: inHost('user_config.read_only'),
        },
      },
    },
    tools: allTools.map(({ name, description }) => ({ name, description: firstSentence(description) })),
    prompts_generated: allPrompts.length > 0,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: facts.engines.node } },
    user_config: {
      url: {
        type: 'string',
        title: 'Address of Coder',
        description: 'Such as https://coder.example.com. Leave it empty after `coder login`.',
        required: false,
        default: '',
      },
      token: {
        type: 'string',
        title: 'Session token',
        description: 'From the page Settings, Tokens of the dashboard. Leave it empty after `coder login`.',
        required: false,
        sensitive: true,
        default: '',
      },
      read_only: {
        type: 'boolean',
        title: 'Read only',
        description: 'Only tools that change nothing.',
        required: false,
        default: false,
      },
    },
  };
}

/** gemini-extension.json: what `gemini extensions install` reads from the repository. */
export function geminiExtension(): unknown {
  return {
    name: facts.name,
    version: facts.version,
    description: facts.description,
    mcpServers: { 'coder-tasks': { command: hostEntry.command, args: hostEntry.args } },
    settings: [
      { name: 'Coder address', description: 'Such as https://coder.example.com.', envVar: 'CODER_URL' },
      {
        name: 'Coder session token',
        description: 'From Settings, Tokens.',
        envVar: 'CODER_SESSION_TOKEN',
        sensitive: true,
      },
    ],
  };
}

const SERVER = 'coder-tasks';

/** Links that add the server to a host at a click, by host. */
export function installLinks(): Readonly<Record<string, string>> {
  const json = JSON.stringify(hostEntry);
  const base64 = encodeURIComponent(Buffer.from(json).toString('base64'));
  const inputs = [
    { type: 'promptString', id: 'coder-url', description: 'Address of Coder (empty after coder login)' },
    {
      type: 'promptString',
      id: 'coder-token',
      description: 'Coder session token (empty after coder login)',
      password: true,
    },
  ];
  const asking = {
    ...hostEntry,
    env: { CODER_URL: inHost('input:coder-url'), CODER_SESSION_TOKEN: inHost('input:coder-token') },
  };
  const [config, questions] = [asking, inputs].map((value) => encodeURIComponent(JSON.stringify(value)));
  return {
    'VS Code': `https://insiders.vscode.dev/redirect/mcp/install?name=${SERVER}&config=${config}&inputs=${questions}`,
    Cursor: `https://cursor.com/en/install-mcp?name=${SERVER}&config=${base64}`,
    'LM Studio': `https://lmstudio.ai/install-mcp?name=${SERVER}&config=${base64}`,
    Kiro: `https://kiro.dev/launch/mcp/add?name=${SERVER}&config=${encodeURIComponent(json)}`,
  };
}

/** A placeholder that the host fills in. */
function inHost(name: string, rest = ''): string {
  return ['$', '{', name, '}', rest].join('');
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}
