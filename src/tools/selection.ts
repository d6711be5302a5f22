/** Which tools exist in a process, by its flags. */

import { toolNames } from '../tool-names.js';
import type { Effect } from './define.js';

export interface ToolSelection {
  readonly readOnly: boolean;
  readonly noDelete: boolean;
  readonly tools?: readonly string[] | undefined;
  readonly excludeTools?: readonly string[] | undefined;
}

/** What of a tool decides whether it exists. */
interface Selectable {
  readonly name: string;
  readonly effect: Effect;
}

/** The tools that exist in this process: exclude beats include, read-only beats all (behaviour §9). */
export function selectTools<T extends Selectable>(selection: ToolSelection, tools: readonly T[]): readonly T[] {
  return tools.filter(
    ({ name, effect }) =>
      (selection.tools?.includes(name) ?? true) &&
      !selection.excludeTools?.includes(name) &&
      !(selection.readOnly && effect !== 'read') &&
      !(selection.noDelete && effect === 'destroy'),
  );
}

/** Names in the selection that no tool has: a start error, since a typo would switch on or off the wrong thing. */
export function unknownTools({ tools = [], excludeTools = [] }: ToolSelection): readonly string[] {
  const known: readonly string[] = toolNames;
  return [...tools, ...excludeTools].filter((name) => !known.includes(name));
}
