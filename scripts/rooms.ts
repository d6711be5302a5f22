/** The rooms of the code and what each may import: the one table behind `npm run check`, CONTRIBUTING.md and docs/architecture.md. */

export interface Room {
  /** Folder or file below `src/`; the longest name that fits a file is its room. */
  readonly room: string;
  readonly holds: string;
  /** Rooms below `src/`, and packages, that its files may import; everything else is refused. Its own files always may. */
  readonly imports: readonly string[];
}

const LEAVES = ['log.ts', 'secrets.ts', 'version.ts', 'config.ts', 'tool-names.ts', 'host-text.ts'];

export const rooms: readonly Room[] = [
  {
    room: 'main.ts',
    holds: 'the program: arguments to a command, exit code',
    imports: ['commands/', ...LEAVES, 'node:'],
  },
  {
    room: 'config.ts',
    holds: 'the one table of options, and the `Config` type',
    imports: ['start-arguments.ts', 'host-text.ts', 'node:'],
  },
  {
    room: 'start-arguments.ts',
    holds: 'start arguments as hosts pass them on, in one form',
    imports: ['host-text.ts'],
  },
  { room: 'host-text.ts', holds: 'blanks, quotes and placeholders that hosts leave in settings', imports: [] },
  { room: 'log.ts', holds: 'the log on stderr', imports: ['secrets.ts', 'pino', 'node:'] },
  { room: 'secrets.ts', holds: 'what no output may say, and how it is taken out', imports: [] },
  { room: 'version.ts', holds: 'the version of the package', imports: [] },
  { room: 'tool-names.ts', holds: 'the names of all tools', imports: [] },
  {
    room: 'commands/',
    holds: 'what a person can start: serve, doctor, demo',
    imports: [
      'mcp/',
      'tools/',
      'resources/',
      'prompts/',
      'doctor/',
      'tasks/',
      'advice/',
      'text/',
      'coder/',
      'embedded-coder/',
      ...LEAVES,
      'node:',
    ],
  },
  {
    room: 'commands/demo.ts',
    holds: 'the demo: an MCP client of our own server',
    imports: ['commands/', 'tools/', 'text/', ...LEAVES, 'node:', '@modelcontextprotocol/sdk'],
  },
  {
    room: 'mcp/',
    holds: 'everything about the protocol that is not a tool, a resource or a prompt',
    imports: [
      'tools/',
      'resources/',
      'prompts/',
      'tasks/',
      'advice/',
      'text/',
      'coder/',
      'log.ts',
      'secrets.ts',
      'tool-names.ts',
      'zod',
      'node:',
      '@modelcontextprotocol/sdk',
    ],
  },
  {
    room: 'tools/',
    holds: 'one file for each tool: input, behaviour, wording',
    imports: ['doctor/', 'tasks/', 'advice/', 'text/', 'coder/', 'log.ts', 'tool-names.ts', 'zod'],
  },
  {
    room: 'resources/',
    holds: 'one file for each resource',
    imports: [
      'tools/',
      'doctor/',
      'tasks/',
      'advice/',
      'text/',
      'coder/',
      'log.ts',
      'tool-names.ts',
      'zod',
      'node:crypto',
    ],
  },
  {
    room: 'prompts/',
    holds: 'one file for each prompt',
    imports: [
      'tools/',
      'doctor/',
      'tasks/',
      'advice/',
      'text/',
      'coder/',
      'log.ts',
      'tool-names.ts',
      'zod',
      'node:crypto',
    ],
  },
  {
    room: 'doctor/',
    holds: 'one file for each check of the deployment',
    imports: ['advice/', 'text/', 'coder/', 'config.ts', 'tool-names.ts'],
  },
  {
    room: 'tasks/',
    holds: 'what a task is: summary, references, policy',
    imports: ['advice/', 'text/', 'coder/', 'log.ts', 'tool-names.ts', 'node:crypto'],
  },
  {
    room: 'tasks/knowing/',
    holds: 'what is known of a task: phase, view, settled, memory, reports; pure',
    imports: ['tasks/screen/', 'text/', 'coder/', 'node:crypto'],
  },
  { room: 'tasks/screen/', holds: "how an agent's screen is read; pure", imports: ['text/'] },
  {
    room: 'advice/',
    holds: 'why and next for each error code: the step for a model, the step for a person',
    imports: ['coder/', 'text/', 'tool-names.ts'],
  },
  { room: 'text/', holds: 'data into words for a model: fencing, escaping, clipping, ages', imports: ['node:crypto'] },
  {
    room: 'coder/',
    holds: 'HTTP to Coder: client, endpoints, server features',
    imports: ['log.ts', 'secrets.ts', 'host-text.ts', 'zod', 'node:'],
  },
  {
    room: 'coder/http/',
    holds: 'one exchange from endpoint to answer',
    imports: ['coder/', 'log.ts', 'secrets.ts', 'zod', 'node:', 'undici'],
  },
  { room: 'embedded-coder/', holds: 'the embedded deployment, reached over HTTP only', imports: ['node:'] },
];
