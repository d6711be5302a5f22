/** One `tools/call`: old names, arguments, the run, and its answer in both forms; a failure becomes an error result. */

import { randomBytes } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { InputError } from '../../coder/errors/errors.js';
import type { Logger } from '../../log.js';
import { ageText } from '../../text/age.js';
import { nearest } from '../../text/names.js';
import { makeMark } from '../../text/untrusted.js';
import { resolveAlias } from '../../tools/aliases.js';
import type { Tool, ToolContext, ToolOutput, Words } from '../../tools/define.js';
import { parseArguments } from './arguments.js';
import { renderText } from './render.js';
import { errorCodeOf, errorText } from './tool-error.js';

export interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Runs a tool and words its answer. Never throws but for an abort, whose call gets no answer. */
export async function callTool(tools: readonly Tool[], call: ToolCall, context: ToolContext): Promise<CallToolResult> {
  try {
    const { name, args, notes } = resolveAlias(call.name, call.args);
    const tool = findTool(tools, name);
    const { output, lines, quote } = await tool.call(parseArguments(tool.input, args), context);
    const answer = withNotes(onlyExisting(output, tools), notes);
    const words: Words = { age: (iso) => ageText(context.coder.now() - Date.parse(iso)) };
    return {
      content: [{ type: 'text', text: renderText(lines(words), answer, makeMark(randomBytes), quote) }],
      structuredContent: answer,
    };
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    logDefect(error, context.log, call.name);
    return { content: [{ type: 'text', text: errorText(error, call.name) }], isError: true };
  }
}

function findTool(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool) return tool;
  const names = tools.map((candidate) => candidate.name);
  throw new InputError({
    argument: 'name',
    received: name,
    expectation: 'a tool of this server',
    allowed: nearest(name, names),
    next: 'tools/list has them all',
  });
}

/** A next call names only tools that exist in this process (behaviour §3.4). */
function onlyExisting(output: ToolOutput, tools: readonly Tool[]): ToolOutput {
  if (!output.next) return output;
  const next = output.next.filter(({ tool }) => tools.some(({ name }) => name === tool));
  return { ...output, next };
}

function withNotes(output: ToolOutput, notes: readonly string[]): ToolOutput {
  return notes.length === 0 ? output : { ...output, notes: [...notes, ...(output.notes ?? [])] };
}

/** What has no words for a model is a defect: its stack goes to the log. */
function logDefect(error: unknown, log: Logger, tool: string): void {
  if (errorCodeOf(error) === 'internal') log.error({ err: error, tool }, 'tool failed unexpectedly');
}
