/** A story played as a model plays it: each call counted, each answer in tokens, in both of its forms. */

import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type TestServer, textOf } from './test-server.js';

export interface Told {
  readonly text: string;
  /** The structured content; its shape is the tool's. */
  // biome-ignore lint/suspicious/noExplicitAny: a story reads what a model would read.
  readonly data: any;
}

export class Story {
  readonly calls: string[] = [];
  readonly tokens = { text: 0, structured: 0 };
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** Calls a tool; an error ends the story. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Told> {
    const result: CallToolResult = await this.#server.call(name, args);
    if (result.isError) throw new Error(`${name}: ${textOf(result)}`);
    this.calls.push(name);
    const text = textOf(result);
    this.tokens.text += countTokens(text);
    this.tokens.structured += countTokens(JSON.stringify(result.structuredContent));
    return { text, data: Object(result.structuredContent) };
  }

  /** Makes the call that an answer offers, with what the caller adds to it. */
  async follow({ data }: Told, tool: string, more: Record<string, unknown> = {}): Promise<Told> {
    const next = data.next?.find((call: { tool: string }) => call.tool === tool);
    if (!next) throw new Error(`no ${tool} among ${JSON.stringify(data.next)}`);
    return this.call(next.tool, { ...next.arguments, ...more });
  }
}
