/** The MCP server: capabilities and handlers; everything that it answers with comes from tools, resources and prompts. */

import { setMaxListeners } from 'node:events';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type LoggingLevel,
  SetLevelRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { LogLevel } from '../log.js';
import type { ToolContext } from '../tools/define.js';
import { callTool } from './calls/call-tool.js';
import { listTools } from './calls/list-tools.js';
import { CallProgress } from './calls/progress.js';
import type { McpDeps } from './deps.js';
import { capabilities, serverInfo } from './eras/answers.js';
import { hostOf } from './host.js';
import { instructionsFor, withoutMissingTools } from './instructions.js';
import { logLevelOf, mcpLevelOf, passesLevel } from './log-levels.js';
import { registerCompletions } from './prompts/completions.js';
import { registerPrompts } from './prompts/handlers.js';
import { registerResources } from './resources/handlers.js';

export interface McpServerOptions extends McpDeps {
  readonly version: string;
  readonly maxWaitSeconds: number | undefined;
  /**
   * Registers a listener for the lines of the log, to mirror them to the client; the answer sets from which level on.
   * Left out for a server of a single request, which is told nothing of what others do.
   */
  readonly mirrorLog?: ((listener: (line: string) => void) => (from: LogLevel) => void) | undefined;
  /** Whether the client is told of changes of the list of resources for as long as it is connected once it has read it. */
  readonly followsList?: boolean;
}

export interface McpServer {
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

// Before a client asks for a level, only what a person should see.
const DEFAULT_LEVEL: LoggingLevel = 'warning';

/** One server for one client, or for one request of it; nothing is read from Coder before a request needs it. */
export function createMcpServer(options: McpServerOptions): McpServer {
  const server = new Server(serverInfo(options.version), {
    instructions: instructionsFor(options.tools.map(({ name }) => name)),
    capabilities,
    debouncedNotificationMethods: ['notifications/resources/list_changed'],
  });
  server.onerror = (error) => options.log.warn({ err: error.message }, 'protocol error');
  registerTools(server, options);
  if (options.mirrorLog) registerLogging(server, options.mirrorLog);
  registerPrompts(server, options);
  registerCompletions(server, options);
  const resources = registerResources(server, options, options.followsList ?? false);
  server.onclose = () => resources.close();
  return {
    connect: (transport) => server.connect(transport),
    close: () => server.close(),
  };
}

function registerTools(server: Server, options: McpServerOptions): void {
  const { tools, coder, tasks, policy, clock, log } = options;
  const host = hostOf({ server, clock, maxWaitSeconds: options.maxWaitSeconds });
  // Schemas are made at the first list, not at start, and never again.
  let listed: ReturnType<typeof listTools> | undefined;
  server.setRequestHandler(ListToolsRequestSchema, () => {
    const names = tools.map(({ name }) => name);
    listed ??= listTools(tools).map((tool) => ({
      ...tool,
      description: withoutMissingTools(tool.description ?? '', names),
    }));
    return { tools: listed };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification, _meta }) => {
    // Parallel reads all listen to the call's signal; Node would take eleven of them for a leak.
    setMaxListeners(0, signal);
    const progressToken = _meta?.progressToken;
    const progress =
      progressToken === undefined
        ? undefined
        : new CallProgress((update) => {
            const sent = sendNotification({ method: 'notifications/progress', params: { progressToken, ...update } });
            // A client that is gone needs no progress; its going ends the call elsewhere.
            sent.catch(() => undefined);
          }, clock);
    const context: ToolContext = {
      coder,
      tasks,
      policy,
      host,
      clock,
      log,
      signal,
      progress: (message) => progress?.report(message),
    };
    try {
      return await callTool(tools, { name: params.name, args: params.arguments ?? {} }, context);
    } finally {
      progress?.close();
    }
  });
}

function registerLogging(server: Server, mirrorLog: NonNullable<McpServerOptions['mirrorLog']>): void {
  let threshold = DEFAULT_LEVEL;
  const mirrorFrom = mirrorLog((line) => {
    const { level, ...data } = JSON.parse(line);
    const mcpLevel = mcpLevelOf(level);
    if (!server.transport || !passesLevel(mcpLevel, threshold)) return;
    server.sendLoggingMessage({ level: mcpLevel, logger: 'coder-tasks-mcp', data }).catch(() => undefined);
  });
  mirrorFrom(logLevelOf(threshold));
  server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    threshold = params.level;
    mirrorFrom(logLevelOf(threshold));
    return {};
  });
}
