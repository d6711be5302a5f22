/** The lists of this process: everything that the build has listed, less what the flags switch off. */

import { selectTools, type ToolSelection } from '../../tools/selection.js';
import type { AllListings, Listings } from '../listings.js';

/** What exists under these flags. A prompt whose tool is switched off leads nowhere, and is not listed. */
export function selectListings(all: AllListings, selection: ToolSelection): Listings {
  const tools = selectTools(selection, all.tools);
  return {
    tools: tools.map(({ listed }) => listed),
    prompts: all.prompts.filter(({ needs }) => tools.some(({ name }) => name === needs)).map(({ listed }) => listed),
    resourceTemplates: all.resourceTemplates,
  };
}
