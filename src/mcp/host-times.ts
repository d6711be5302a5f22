/** How long hosts let a call last, by the name that a client gives itself: most cut it without honouring progress (behaviour §7). */

interface HostTimes {
  /** The name begins with this, in any case; with `isWhole` it is this. */
  readonly name: string;
  readonly isWhole?: true;
  /** The longest wait of one call. */
  readonly capSeconds: number;
  /** The wait of a call that names none, where the host's own limit is far below the cap unless it is raised. */
  readonly defaultSeconds?: number;
  /** Where the limit is known from. */
  readonly source: string;
}

const UNKNOWN_CAP_SECONDS = 50;

const hostTimes: readonly HostTimes[] = [
  { name: 'claude-code', capSeconds: 110, source: 'Claude Code: MCP_TOOL_TIMEOUT; cut at 120 s by some versions' },
  { name: 'visual studio code', capSeconds: 240, source: 'VS Code: no limit of its own below 300 s' },
  { name: 'cursor', capSeconds: 240, source: 'Cursor: no limit of its own below 300 s' },
  { name: 'claude-ai', capSeconds: 50, source: 'Claude Desktop: 60 s, the default of the TypeScript SDK' },
  { name: 'local-agent-mode', capSeconds: 50, source: 'Claude Desktop, agent mode: as Claude Desktop' },
  {
    name: 'mcp',
    isWhole: true,
    capSeconds: UNKNOWN_CAP_SECONDS,
    defaultSeconds: 4,
    source: 'default name of the Python SDK: openai-agents MCPServerStdio cuts at 5 s (client_session_timeout_seconds)',
  },
  {
    name: 'google-adk',
    capSeconds: UNKNOWN_CAP_SECONDS,
    defaultSeconds: 4,
    source: 'Google ADK: StdioConnectionParams cuts at 5 s (timeout)',
  },
];

/** The longest wait of one call for a client of this name, and the wait where it names none, in seconds. */
export function timesOf(clientName: string | undefined): {
  readonly capSeconds: number;
  readonly defaultSeconds: number | undefined;
} {
  const given = (clientName ?? '').toLowerCase();
  const found = hostTimes.find(({ name, isWhole }) => (isWhole ? given === name : given.startsWith(name)));
  return { capSeconds: found?.capSeconds ?? UNKNOWN_CAP_SECONDS, defaultSeconds: found?.defaultSeconds };
}
