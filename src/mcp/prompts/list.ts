/** What `prompts/list` shows. */

import type { Prompt as ListedPrompt } from '@modelcontextprotocol/sdk/types.js';
import type { Prompt } from '../../prompts/define.js';

/** The prompts as the protocol lists them. */
export function listPrompts(prompts: readonly Prompt[]): ListedPrompt[] {
  return prompts.map((prompt) => ({
    name: prompt.name,
    title: prompt.title,
    description: prompt.description,
    arguments: [...prompt.arguments()],
  }));
}
