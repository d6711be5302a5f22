/** The answers that follow from the build and the flags alone. They are given before the SDK, zod and the tools are loaded. */

import type { Listings } from '../listings.js';
import { errorCodes } from './codes.js';
import { isRecord, type Params, type RpcError } from './frames.js';

/** The revisions before 2026-07-28 that are spoken, newest first: the SDK's own list, without loading it. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/** What this server offers, to every client of the revisions before 2026-07-28 alike. */
export const capabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
  logging: {},
};

export function serverInfo(version: string) {
  return { name: 'coder-tasks-mcp', title: 'Coder Tasks', version };
}

/** What is taken from a client's `initialize`, or from the envelope of a request: all that any handler asks for. */
export interface ClientFacts {
  readonly name: string;
  readonly version: string;
  /** Whether the client can show its person a form. */
  readonly canElicit: boolean;
}

/** An answer: a result, or an error of the protocol. */
export type Answer = { readonly result: object } | { readonly error: RpcError };

export class Answers {
  readonly #version: string;
  readonly #listings: () => Listings;
  #listed: Listings | undefined;

  /** `listings` gives what exists under the flags of this process; it is asked once. */
  constructor(version: string, listings: () => Listings) {
    this.#version = version;
    this.#listings = listings;
  }

  get serverInfo() {
    return serverInfo(this.#version);
  }

  /** The answer to `initialize`, and what is known of the client from then on; odd parts of the request are left aside. */
  initialize(params: Params): { readonly answer: Answer; readonly client?: ClientFacts; readonly revision?: string } {
    const { protocolVersion: wanted, clientInfo, capabilities: offered } = params;
    if (typeof wanted !== 'string') return { answer: invalid('params.protocolVersion must be a text') };
    const revision = legacyVersions.find((known) => known === wanted) ?? legacyVersions[0];
    const result = {
      protocolVersion: revision,
      capabilities,
      serverInfo: this.serverInfo,
      instructions: this.#existing.instructions,
    };
    return { answer: { result }, client: clientFacts(clientInfo, offered), revision };
  }

  /** The answer to `server/discover`. */
  discover(versions: readonly string[]): Answer {
    // Messages of the log are deprecated in that revision, and none is sent.
    const { logging: _, ...modern } = capabilities;
    return { result: { supportedVersions: versions, capabilities: modern, instructions: this.#existing.instructions } };
  }

  /** The answer to a list that does not depend on Coder; `undefined` for every other method. */
  list(method: string, params: Params): Answer | undefined {
    const result = this.#list(method);
    if (result === undefined) return undefined;
    // No list of ours has a second page, so no cursor is one that we gave.
    const hasCursor = params.cursor !== undefined && params.cursor !== '';
    return hasCursor ? invalid('params.cursor: there is no such page; this list has one') : { result };
  }

  get #existing(): Listings {
    this.#listed ??= this.#listings();
    return this.#listed;
  }

  #list(method: string): object | undefined {
    const { tools, prompts, resourceTemplates } = this.#existing;
    switch (method) {
      case 'tools/list':
        return { tools };
      case 'prompts/list':
        return { prompts };
      case 'resources/templates/list':
        return { resourceTemplates };
      default:
        return undefined;
    }
  }
}

/** What a client says of itself; what is missing or of another shape counts as not said. */
export function clientFacts(clientInfo: unknown, offered: unknown): ClientFacts {
  const info = isRecord(clientInfo) ? clientInfo : {};
  return {
    name: typeof info.name === 'string' ? info.name : '',
    version: typeof info.version === 'string' ? info.version : '',
    canElicit: isRecord(offered) && takesForms(offered.elicitation),
  };
}

/** Forms are meant where no mode is named (2025-06-18), or where `form` is among the modes. */
function takesForms(elicitation: unknown): boolean {
  if (elicitation === true) return true;
  if (!isRecord(elicitation)) return false;
  const modes = Object.keys(elicitation);
  return modes.includes('form') ? elicitation.form !== null && elicitation.form !== false : !modes.includes('url');
}

export function invalid(words: string): { readonly error: RpcError } {
  return { error: { code: errorCodes.invalidParams, message: `Invalid params: ${words}` } };
}

export function unknownMethod(method: string): { readonly error: RpcError } {
  return { error: { code: errorCodes.methodNotFound, message: `Method not found: ${method.slice(0, 100)}` } };
}
