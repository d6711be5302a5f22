/**
 * What this server lists, made from the definitions. The build puts the value in place of this module, so that a list is
 * answered before zod and the tools are loaded.
 */

import { allPrompts } from '../prompts/index.js';
import { allResources } from '../resources/index.js';
import type { Effect } from '../tools/define.js';
import { allTools } from '../tools/index.js';
import { listTools } from './calls/list-tools.js';
import { listPrompts } from './prompts/list.js';
import { listTemplates } from './resources/list.js';

/** The lists as the protocol has them. */
export interface Listings {
  readonly instructions: string;
  readonly tools: readonly object[];
  readonly prompts: readonly object[];
  readonly resourceTemplates: readonly object[];
}

/** A tool as it is listed; of its parts only the description depends on the flags. */
interface ListedTool {
  readonly description: string;
}

/** Everything that can be listed, with what the flags choose by. */
export interface AllListings {
  readonly tools: readonly { readonly name: string; readonly effect: Effect; readonly listed: ListedTool }[];
  readonly prompts: readonly { readonly needs: string; readonly listed: object }[];
  readonly resourceTemplates: readonly object[];
}

/** Every tool, prompt and resource template, whatever the flags say. */
export function allListings(): AllListings {
  const listed = listTools(allTools);
  return {
    tools: allTools.flatMap(({ name, effect }, index) => {
      const tool = listed[index];
      return tool ? [{ name, effect, listed: { ...tool, description: tool.description ?? '' } }] : [];
    }),
    prompts: allPrompts.map((prompt) => ({ needs: prompt.needs, listed: listPrompts([prompt])[0] ?? {} })),
    resourceTemplates: listTemplates(allResources),
  };
}
