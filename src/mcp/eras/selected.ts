/** The lists of this process: everything that the build has listed, less what the flags switch off. */

import { selectTools, type ToolSelection } from '../../tools/selection.js';
import { instructionsFor, withoutMissingTools } from '../instructions.js';
import type { AllListings, Listings } from '../listings.js';

/** What exists under these flags. A prompt whose tool is switched off leads nowhere, and is not listed. */
export function selectListings(all: AllListings, selection: ToolSelection): Listings {
  const tools = selectTools(selection, all.tools);
  const names = tools.map(({ name }) => name);
  return {
    instructions: instructionsFor(names),
    tools: tools.map(({ listed }) => ({ ...listed, description: withoutMissingTools(listed.description, names) })),
    prompts: all.prompts.filter(({ needs }) => tools.some(({ name }) => name === needs)).map(({ listed }) => listed),
    resourceTemplates: all.resourceTemplates,
  };
}
