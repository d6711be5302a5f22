/** What an argument can be completed to, as Coder has it now, remembered for as long as a person types. */

import type { Suggestion } from '../../prompts/define.js';
import { listAllowed } from '../../tasks/allowed.js';
import { readTaskTemplates, templateLabel } from '../../tasks/creating/templates.js';
import { isName } from '../../tasks/reference.js';
import { nameOf } from '../../tasks/summary.js';
import type { McpDeps } from '../deps.js';

// One question at each key, one answer from Coder for a word.
const REMEMBERED_MS = 5_000;

export interface Typed {
  readonly value: string;
  /** Arguments that the person has filled in already. */
  readonly others: Readonly<Record<string, string>>;
}

/** `name`: of a task, where its owner stands beside it. */
type Kind = Suggestion | 'name';

export class Candidates {
  readonly #deps: McpDeps;
  readonly #remembered = new Map<string, { readonly values: readonly string[]; readonly at: number }>();

  constructor(deps: McpDeps) {
    this.#deps = deps;
  }

  /** All values of this kind, most likely first. Rejects as Coder's answers do. */
  async read(kind: Kind, typed: Typed, signal: AbortSignal): Promise<readonly string[]> {
    const scope = scopeOf(kind, typed);
    const key = `${kind} ${scope}`;
    const now = this.#deps.clock.now();
    const remembered = this.#remembered.get(key);
    if (remembered && now - remembered.at < REMEMBERED_MS) return remembered.values;
    const values = [...new Set(await this.#ask(kind, scope, signal))];
    // Few words are typed within these seconds; older ones need no place.
    for (const [old, { at }] of this.#remembered) if (now - at >= REMEMBERED_MS) this.#remembered.delete(old);
    this.#remembered.set(key, { values, at: now });
    return values;
  }

  async #ask(kind: Kind, scope: string, signal: AbortSignal): Promise<readonly string[]> {
    const { coder, policy } = this.#deps;
    switch (kind) {
      case 'task':
        return (await listAllowed(this.#deps, scope, signal)).map(nameOf);
      case 'name':
        return (await listAllowed(this.#deps, scope, signal)).map(({ name }) => name);
      case 'owner':
        return this.#owners(signal);
      case 'everybody':
        return withEverybody(await this.#owners(signal));
      case 'template': {
        const templates = await readTaskTemplates(coder, undefined, signal);
        const allowed = templates.filter((one) => policy.allowsTemplate(one.organization_name, one.name));
        return allowed.map((template) => templateLabel(template, allowed));
      }
      case 'preset':
        return this.#presets(scope, signal);
    }
  }

  async #owners(signal: AbortSignal): Promise<readonly string[]> {
    const { policy } = this.#deps;
    const isMineAllowed = !policy.rules.allowedOwners || (await this.#allowsMe(signal));
    const owners = (await listAllowed(this.#deps, '*', signal)).map(({ owner_name }) => owner_name);
    return isMineAllowed ? ['me', ...owners] : owners;
  }

  async #allowsMe(signal: AbortSignal): Promise<boolean> {
    const { tasks, policy } = this.#deps;
    const { username } = await tasks.me(signal);
    return policy.allowsOwner(username, username);
  }

  /** Of the template that stands beside it, or of the only one there is; the default first. */
  async #presets(template: string, signal: AbortSignal): Promise<readonly string[]> {
    const { coder, policy } = this.#deps;
    const all = await readTaskTemplates(coder, undefined, signal);
    const templates = all.filter((one) => policy.allowsTemplate(one.organization_name, one.name));
    const chosen =
      template === '' && templates.length === 1
        ? templates[0]
        : templates.find((one) => templateLabel(one, templates).toLowerCase() === template.toLowerCase());
    if (!chosen) return [];
    const presets = await coder.listPresets(chosen.active_version_id, { signal });
    return [...presets.toSorted((a, b) => Number(b.Default) - Number(a.Default)).map(({ Name }) => Name), 'none'];
  }
}

/** `me` first, as in most cases; `*` is everybody whose tasks this process may touch. */
function withEverybody(owners: readonly string[]): readonly string[] {
  return owners[0] === 'me' ? ['me', '*', ...owners.slice(1)] : ['*', ...owners];
}

/** What narrows the question: whose tasks, or which template's presets. */
function scopeOf(kind: Kind, { value, others }: Typed): string {
  switch (kind) {
    case 'task': {
      const [owner = '', ...rest] = value.split('/');
      return rest.length > 0 && isName(owner) ? owner : 'me';
    }
    case 'name':
      return others.owner && isName(others.owner) ? others.owner : 'me';
    case 'preset':
      return others.template ?? '';
    case 'owner':
    case 'everybody':
    case 'template':
      return '';
  }
}
