/** The text of a prompt, as a host would put it before its model. */

import type { Reader } from './reader.js';

export async function promptText(
  { server, during }: Reader,
  name: string,
  args: Record<string, string> = {},
): Promise<string> {
  const { messages } = await during(server.client.getPrompt({ name, arguments: args }));
  return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('\n');
}

/** What stands outside of the fence: our own words. */
export function ownWords(text: string): string {
  return text.replace(/^\| .*$/gm, '');
}
