/** The tools as the protocol lists them: JSON schemas and hints made from the definitions, once. */

import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Effect, Tool } from '../../tools/define.js';

/** Every tool of this process with its schemas, in the order of the list. */
export function listTools(tools: readonly Tool[]): ListedTool[] {
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: objectSchema(tool.input, 'input'),
    outputSchema: objectSchema(tool.output, 'output'),
    annotations: { title: tool.title, ...hintsOf(tool.effect, tool.idempotent) },
  }));
}

function hintsOf(effect: Effect, idempotent: boolean) {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destroy',
    idempotentHint: idempotent,
    // Agents push branches, open pull requests and read the web.
    openWorldHint: true,
  };
}

/** JSON Schema that is valid in draft 7 and 2020-12 alike: clients check with either. */
function objectSchema(schema: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $schema, ...json } = z.toJSONSchema(schema, { target: 'draft-07', io, override: withoutLengths });
  return { ...json, type: 'object', properties: propertiesOf(json.properties) };
}

// A day, the bound of every wait: no model waits longer, and hosts end a call far earlier.
const MAX_WAIT_SECONDS = 86_400;

/**
 * Lengths of texts, and bounds that nobody crosses by mistake, are checked at the call, with an error that names them; in
 * every schema that a model reads at every turn they would cost a fifth of all tokens.
 */
function withoutLengths({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.minLength;
  delete jsonSchema.maxLength;
  // Some hosts and APIs of models fail on the word itself; what is unknown is refused at the call, by name.
  delete jsonSchema.additionalProperties;
  delete jsonSchema.propertyNames;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER || jsonSchema.maximum === MAX_WAIT_SECONDS) {
    delete jsonSchema.maximum;
  }
  if (jsonSchema.minimum !== undefined && jsonSchema.minimum <= 1) delete jsonSchema.minimum;
  if (jsonSchema.minItems === 1) delete jsonSchema.minItems;
}

/** The properties as the SDK types them: schemas that are objects. */
function propertiesOf(properties: unknown): Record<string, object> {
  const entries = Object.entries(properties ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, object] => typeof entry[1] === 'object'));
}
